import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";
import { holdsSecret } from "../secret-value.ts";

export const environmentHoldsNoSecrets = resourceRule({
  name: "environment-holds-no-secrets",
  holds: "No environment variable holds a secret: the webhook secret and API keys of Stripe come by ARN.",
  why: "Everyone who may describe the function reads its environment, and a rotation needs a deployment.",
  elsewhere: ["CKV_AWS_45"],
  types: [lambdaFunction],
  violations: (resource) =>
    resource
      .members("environment.variables")
      .flatMap(([name, value]) =>
        holdsSecret(name, value)
          ? [`Give ${name} the ARN of a Secrets Manager secret or SSM parameter, and read it at run time.`]
          : [],
      ),
});
