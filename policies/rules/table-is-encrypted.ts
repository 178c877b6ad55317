import { table } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const tableIsEncrypted = resourceRule({
  name: "table-is-encrypted",
  holds: "Every table is encrypted with a KMS key of the account.",
  why: "Left out, DynamoDB uses a key of its own, whose use no CloudTrail of yours records.",
  elsewhere: ["dynamodb-table-encryption-enabled"],
  types: [table],
  violations: (resource) =>
    resource.is("serverSideEncryption.enabled", true) ? [] : ["Set serverSideEncryption: { enabled: true }."],
});
