import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";

/** Access keys of AWS, secrets of Stripe, private keys, tokens of GitHub and Slack. */
const secretValue =
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|\b(sk|rk)_(live|test)_\w{8,}|\bwhsec_\w{8,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{20,}|\bxox[abpr]-\w{10,}/;
const secretName = /(SECRET|PASSWORD|PASSPHRASE|PRIVATE_KEY|API_?KEY|CREDENTIAL)S?$/i;
const reference = /^arn:aws[\w-]*:(secretsmanager|ssm):/;

export const environmentHoldsNoSecrets = resourceRule({
  name: "environment-holds-no-secrets",
  holds: "No environment variable holds a secret: the webhook secret and API keys of Stripe come by ARN.",
  why: "Everyone who may describe the function reads its environment, and a rotation needs a deployment.",
  elsewhere: ["CKV_AWS_45"],
  types: [lambdaFunction],
  violations: (resource) =>
    resource.members("environment.variables").flatMap(([name, value]) => {
      if (typeof value !== "string" || value === "" || reference.test(value)) return [];
      return secretValue.test(value) || secretName.test(name)
        ? [`Give ${name} the ARN of a Secrets Manager secret or SSM parameter, and read it at run time.`]
        : [];
    }),
});
