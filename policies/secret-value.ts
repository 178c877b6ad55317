/** Access keys of AWS, secrets of Stripe, private keys, tokens of GitHub and Slack. */
const secretValue =
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|\b(sk|rk)_(live|test)_\w{8,}|\bwhsec_\w{8,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{20,}|\bxox[abpr]-\w{10,}/;
const secretName = /(SECRET|PASSWORD|PASSPHRASE|PRIVATE_KEY|API_?KEY|CREDENTIAL)S?$/i;
const reference = /^arn:aws[\w-]*:(secretsmanager|ssm):/;

/** Whether an environment variable holds a secret, by its name or its value, and not where one is. */
export function holdsSecret(name: string, value: unknown): boolean {
  if (typeof value !== "string" || value === "" || reference.test(value)) return false;
  return secretValue.test(value) || secretName.test(name);
}
