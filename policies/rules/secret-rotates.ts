import { secret, secretRotation } from "../aws.ts";
import { stackRule } from "../rule.ts";

export const secretRotates = stackRule({
  name: "secret-rotates",
  holds: "Every secret rotates, every 90 days at the latest.",
  why: "A secret that leaked unseen stops working by itself.",
  elsewhere: [
    "AwsSolutions-SMG4",
    "HIPAA.Security-SecretsManagerRotationEnabled",
    "NIST.800.53.R5-SecretsManagerRotationEnabled",
    "CKV2_AWS_57",
    "CKV_AWS_304",
  ],
  violationsOf: (stack, { maximumRotationDays }) =>
    stack.ofType(secret).flatMap((resource) => {
      const [rotation] = stack.referrers(resource, secretRotation, "secretId");
      if (!rotation) return [{ resource, message: "Add a SecretRotation." }];
      if (rotation.has("rotationRules.scheduleExpression")) return [];
      const days = rotation.number("rotationRules.automaticallyAfterDays", Number.POSITIVE_INFINITY);
      return days < 1 || days > maximumRotationDays
        ? [{ resource, message: `Set automaticallyAfterDays between 1 and ${maximumRotationDays}.` }]
        : [];
    }),
});
