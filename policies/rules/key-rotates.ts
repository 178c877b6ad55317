import { kmsKey } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const keyRotates = resourceRule({
  name: "key-rotates",
  holds: "Every symmetric key rotates, is enabled, and cannot lock its owner out.",
  why: "Rotation bounds what one leaked key opens; a key that nobody can administer any more is lost data.",
  elsewhere: [
    "cmk-backing-key-rotation-enabled",
    "AwsSolutions-KMS5",
    "NIST.800.53.R4-KMSBackingKeyRotationEnabled",
    "NIST.800.53.R5-KMSBackingKeyRotationEnabled",
    "PCI.DSS.321-KMSBackingKeyRotationEnabled",
    "CKV_AWS_7",
    "CKV_AWS_227",
    "aws.kms.Key.enableKeyRotation",
    "aws.kms.Key.disallowBypassPolicyLockoutSafetyCheck",
  ],
  types: [kmsKey],
  violations: (resource) => [
    ...(resource.is("enableKeyRotation", true) || isAsymmetric(resource.text("customerMasterKeySpec"))
      ? []
      : ["Set enableKeyRotation: true."]),
    ...(resource.isKnownAs("isEnabled", false) ? ["Leave isEnabled out, or set it to true."] : []),
    ...(resource.isKnownAs("bypassPolicyLockoutSafetyCheck", true)
      ? ["Leave bypassPolicyLockoutSafetyCheck out."]
      : []),
  ],
});

function isAsymmetric(spec: string): boolean {
  return spec !== "" && spec !== "SYMMETRIC_DEFAULT";
}
