import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";

/**
 * A log group of the stack that expires, and in which CloudWatch masks what looks like personal data or a key, and counts
 * it as `LogEventsWithFindings`. Our own lines cannot hold such; a dependency or a crash may print it. Who has
 * `logs:Unmask` still sees it (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html).
 * With `logMasking: false` in the stack's configuration it masks nothing.
 */
export function maskedLogGroup(
  name: string,
  retentionInDays: number,
  parent: pulumi.Resource,
): cloudwatch.LogGroup {
  const logGroup = new cloudwatch.LogGroup(
    name,
    { name: `/${pulumi.getProject()}/${pulumi.getStack()}/${name}`, retentionInDays },
    { parent },
  );
  // Read here, since it holds for every log group of a stack, whatever makes it.
  if (new pulumi.Config().getBoolean("logMasking") === false) return logGroup;
  new cloudwatch.LogDataProtectionPolicy(
    name,
    {
      logGroupName: logGroup.name,
      policyDocument: JSON.stringify({
        Name: "personal-data",
        Version: "2021-06-01",
        Statement: [
          { Sid: "audit", DataIdentifier: identifiers, Operation: { Audit: { FindingsDestination: {} } } },
          { Sid: "mask", DataIdentifier: identifiers, Operation: { Deidentify: { MaskConfig: {} } } },
        ],
      }),
    },
    { parent },
  );
  return logGroup;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types.html */
const identifiers = [
  "EmailAddress",
  "IpAddress",
  "AwsSecretKey",
  "OpenSshPrivateKey",
  "PgpPrivateKey",
  "PkcsPrivateKey",
  "PuttyPrivateKey",
  "CreditCardNumber",
].map((name) => `arn:aws:dataprotection::aws:data-identifier/${name}`);
