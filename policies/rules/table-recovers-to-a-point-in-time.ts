import { table } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const tableRecoversToAPointInTime = resourceRule({
  name: "table-recovers-to-a-point-in-time",
  holds: "Every table has point-in-time recovery, and so has every replica.",
  why: "A bad deployment can overwrite rows as well as drop them; only recovery to the second before helps.",
  elsewhere: [
    "AwsSolutions-DDB3",
    "HIPAA.Security-DynamoDBPITREnabled",
    "NIST.800.53.R4-DynamoDBPITREnabled",
    "NIST.800.53.R5-DynamoDBPITREnabled",
    "CKV_AWS_28",
    "CKV_AWS_165",
  ],
  types: [table],
  violations: (resource) => [
    ...(resource.is("pointInTimeRecovery.enabled", true)
      ? []
      : ["Set pointInTimeRecovery: { enabled: true }."]),
    ...resource
      .items("replicas")
      .filter((replica) => !resource.is(`${replica}.pointInTimeRecovery`, true))
      .map((replica) => `Set ${replica}.pointInTimeRecovery: true.`),
  ],
});
