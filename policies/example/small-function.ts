import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface SmallFunctionArgs {
  readonly code: string;
  readonly keyArn: pulumi.Input<string>;
  readonly environment?: Record<string, pulumi.Input<string>>;
  readonly grants: readonly {
    readonly Action: readonly string[];
    readonly Resource: pulumi.Input<string>;
    readonly Condition?: object;
  }[];
}

/** A function with a role, a log group and a data protection policy of its own. */
export function smallFunction(name: string, args: SmallFunctionArgs): aws.lambda.Function {
  const { keyArn } = args;
  const logs = new aws.cloudwatch.LogGroup(name, { retentionInDays: 30, kmsKeyId: keyArn });
  protect(name, logs);
  const role = new aws.iam.Role(name, {
    permissionsBoundary: boundary(),
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  new aws.iam.RolePolicy(name, {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${logs.arn}:*`,
        },
        { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
        ...args.grants.map((grant) => ({ Effect: "Allow", ...grant })),
      ],
    }),
  });
  return new aws.lambda.Function(name, {
    role: role.arn,
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(args.code) }),
    memorySize: 256,
    timeout: 20,
    kmsKeyArn: keyArn,
    tracingConfig: { mode: "Active" },
    loggingConfig: { logFormat: "JSON", logGroup: logs.name },
    environment: { variables: args.environment ?? {} },
  });
}

/** What caps every role of the account. */
export function boundary(): pulumi.Output<string> {
  return pulumi.interpolate`arn:aws:iam::${aws.getCallerIdentityOutput().accountId}:policy/boundary`;
}

/** Masks mail addresses wherever a line holds one. */
export function protect(name: string, logs: aws.cloudwatch.LogGroup): void {
  const identifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"];
  new aws.cloudwatch.LogDataProtectionPolicy(name, {
    logGroupName: logs.name,
    policyDocument: JSON.stringify({
      Name: name,
      Version: "2021-06-01",
      Statement: [
        { Sid: "audit", DataIdentifier: identifier, Operation: { Audit: { FindingsDestination: {} } } },
        { Sid: "redact", DataIdentifier: identifier, Operation: { Deidentify: { MaskConfig: {} } } },
      ],
    }),
  });
}
