import { GetSecretValueCommand, type SecretsManagerClient } from "./aws/secrets-manager.ts";
import { Failure } from "./failure.ts";
import type { Resilient } from "./resilience.ts";

/** Reads values that no configuration and no environment holds. */
export interface SecretReader {
  /** The secret's text, as it was at most five minutes ago. Throws Failure `secret_invalid` where it has none. */
  read(arn: string): Promise<string>;
}

const keptFor = 5 * 60 * 1_000;

/** Secrets Manager, asked once in five minutes for each secret: a rotated one is taken up by then. */
export function secretReader(
  client: SecretsManagerClient,
  resilient: Resilient,
  now: () => number,
): SecretReader {
  const known = new Map<string, { readonly value: string; readonly until: number }>();
  return {
    read: async (arn) => {
      const kept = known.get(arn);
      if (kept && kept.until > now()) return kept.value;
      const command = new GetSecretValueCommand({ SecretId: arn });
      const { SecretString } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      // A line break at the end is easily pasted along, and Stripe takes it for a part of the key.
      const value = SecretString?.trim() ?? "";
      if (value === "") throw new Failure("secret_invalid", "a secret is empty, or binary; expected text");
      known.set(arn, { value, until: now() + keptFor });
      return value;
    },
  };
}
