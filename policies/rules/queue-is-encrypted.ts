import { queue } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const queueIsEncrypted = resourceRule({
  name: "queue-is-encrypted",
  holds: "Every queue states how it is encrypted.",
  why: "Messages hold what people say and pay. SQS's own default can be switched off; a stated one shows in a diff.",
  elsewhere: ["AwsSolutions-SQS2", "CKV_AWS_27"],
  types: [queue],
  violations: (resource) =>
    resource.has("kmsMasterKeyId") || resource.is("sqsManagedSseEnabled", true)
      ? []
      : ["Set sqsManagedSseEnabled: true, or a kmsMasterKeyId."],
});
