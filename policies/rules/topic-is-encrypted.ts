import { topic } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const topicIsEncrypted = resourceRule({
  name: "topic-is-encrypted",
  holds: "Every topic is encrypted with a KMS key.",
  why: "SNS has no encryption of its own at rest: without a key, messages wait in clear.",
  elsewhere: [
    "HIPAA.Security-SNSEncryptedKMS",
    "NIST.800.53.R4-SNSEncryptedKMS",
    "NIST.800.53.R5-SNSEncryptedKMS",
    "PCI.DSS.321-SNSEncryptedKMS",
    "CKV_AWS_26",
  ],
  types: [topic],
  violations: (resource) => (resource.has("kmsMasterKeyId") ? [] : ["Set kmsMasterKeyId."]),
});
