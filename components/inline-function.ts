import type * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Functions } from "../functions/index.ts";
import { bundleFunction, type FunctionModule } from "./function-bundles.ts";
import { maskedLogGroup } from "./masked-log-group.ts";
import { allow, assumableBy, type Statement } from "./policy-document.ts";

export interface InlineFunctionArgs<Module extends FunctionModule> {
  /** The handler module below `functions/`, without `.ts`. */
  readonly module: Module;
  /** Every variable that the module's `Environment` declares, and no other. */
  readonly environment: { readonly [Name in keyof Functions[Module]]: pulumi.Input<string> };
  /** Megabytes; Lambda gives CPU in proportion. Default 256. */
  readonly memorySize?: number;
  /** Seconds. Default 10. */
  readonly timeout?: number;
  /** Days the log group keeps its lines. */
  readonly logRetentionDays: number;
}

/**
 * One Lambda function whose code is a module of this repository, bundled while the program runs and
 * embedded in the deployment. It has a log group, created first with its retention, and a role of its
 * own that may write to that log group and to nothing else until something is granted.
 */
export class InlineFunction<Module extends FunctionModule = FunctionModule> extends pulumi.ComponentResource {
  readonly function: lambda.Function;
  readonly role: iam.Role;
  readonly logGroup: cloudwatch.LogGroup;
  readonly logicalName: string;
  readonly arn: pulumi.Output<string>;
  readonly timeout: number;

  constructor(name: string, args: InlineFunctionArgs<Module>, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:InlineFunction", name, {}, options);
    const parent = { parent: this };
    this.logicalName = name;
    this.timeout = args.timeout ?? 10;

    this.logGroup = maskedLogGroup(name, args.logRetentionDays, this);
    this.role = new iam.Role(name, { assumeRolePolicy: assumableBy("lambda.amazonaws.com") }, parent);
    const logs = this.grant(
      "logs",
      {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [pulumi.interpolate`${this.logGroup.arn}:*`],
      },
      // X-Ray knows no resource for these (https://docs.aws.amazon.com/xray/latest/devguide/security_iam_service-with-iam.html).
      { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] },
    );
    this.function = new lambda.Function(
      name,
      {
        role: this.role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: new pulumi.asset.AssetArchive({
          "index.mjs": new pulumi.asset.StringAsset(bundleFunction(args.module).then(({ code }) => code)),
        }),
        memorySize: args.memorySize ?? 256,
        timeout: this.timeout,
        environment: { variables: args.environment },
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
      },
      { ...parent, dependsOn: [logs] },
    );
    this.arn = this.function.arn;
    this.registerOutputs({ arn: this.arn });
  }

  /** Lets the function do what the statements say. `grantName` is unique among the function's grants. */
  grant(grantName: string, ...statements: readonly Statement[]): iam.RolePolicy {
    return new iam.RolePolicy(
      `${this.logicalName}-${grantName}`,
      { role: this.role.name, policy: allow(...statements) },
      { parent: this },
    );
  }

  /** Lets an AWS service invoke the function, for exactly one source. */
  allowInvocation(grantName: string, service: string, sourceArn: pulumi.Input<string>): lambda.Permission {
    return new lambda.Permission(
      `${this.logicalName}-${grantName}`,
      { function: this.function.name, action: "lambda:InvokeFunction", principal: service, sourceArn },
      { parent: this },
    );
  }
}
