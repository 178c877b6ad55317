import { randomBytes } from "node:crypto";
import type { Secrets } from "../secrets/secrets.ts";
import { findTurnserver, installTurnserver } from "../turn/find-turnserver.ts";
import { startTurnServer } from "../turn/turn-server.ts";
import { StartError } from "./start-error.ts";

/** A TURN relay on this machine, as one that a team has already. */
export interface TurnRelay {
  /** Without `?transport=`. */
  readonly url: string;
  /** The configuration that names it and the secret that it shares with the program. */
  readonly configuration: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Starts coturn with a new secret. Rejects with a StartError that says how to get it, or what it said. */
export async function openTurnRelay(secrets: Pick<Secrets, "put">): Promise<TurnRelay> {
  const command = findTurnserver();
  if (command === undefined) {
    throw new StartError(`--turn needs coturn, which was not found. Run: ${installTurnserver}.`);
  }
  const secret = randomBytes(24).toString("base64url");
  const { url, urls, stop } = await startTurnServer({ command, secret }).catch((error: unknown) => {
    throw new StartError(`--turn cannot run coturn: ${error instanceof Error ? error.message : error}`);
  });
  const secretArn = secrets.put("synapse-d/turn", secret);
  return { url, configuration: { "synapse-d:turn": { urls, secretArn } }, stop };
}
