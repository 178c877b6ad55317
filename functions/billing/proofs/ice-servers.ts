import { SecretsManagerClient } from "../../shared/aws/secrets-manager.ts";
import { pseudonym } from "../../shared/digest.ts";
import { resilient } from "../../shared/resilience.ts";
import { type SecretReader, secretReader } from "../../shared/secrets.ts";
import type { IceServer } from "../callers/answers.ts";
import { turnCredentials } from "./turn-credentials.ts";

/**
 * The relays of a user (`tenant#subject`) at `now`, in epoch milliseconds, with credentials of its own; undefined where
 * there is none. Throws the Failure of the secret that could not be read.
 */
export type IceServers = (user: string, now: number) => Promise<readonly IceServer[] | undefined>;

/** Where there is no relay. */
export const noIceServers: IceServers = async () => undefined;

/** One relay, whose secret is read when credentials are asked for. */
export const relayedBy =
  (secrets: SecretReader, secretArn: string, urls: readonly string[]): IceServers =>
  async (user, now) => [
    turnCredentials({ urls, secret: await secrets.read(secretArn) }, pseudonym(user), now),
  ];

/** The relay that is configured, if one is. */
export function configuredIceServers(urls: readonly string[] | undefined, secretArn: string): IceServers {
  if (!urls) return noIceServers;
  // For it the function has two seconds more than without a relay.
  const guarded = resilient("secrets", { retries: 1, attempt: 1_000, total: 1_500 });
  const secrets = secretReader(new SecretsManagerClient(), guarded, Date.now);
  return relayedBy(secrets, secretArn, urls);
}
