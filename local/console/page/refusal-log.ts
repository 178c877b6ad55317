import * as v from "valibot";
import type { Services } from "./services.ts";

const health = v.object({ now: v.number() });
const logs = v.object({ lines: v.array(v.object({ message: v.string() })) });
const refusal = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ event: v.picklist(["authorize", "connect"]), outcome: v.literal("refused"), code: v.string() }),
);

/** In the words of the page, for each code with which a handshake is refused. */
export const meanings: Readonly<Record<string, string>> = {
  proof_missing: "the connection brought no proof",
  proof_malformed: "what it brought is no proof",
  proof_unknown: "there is no such proof",
  proof_used: "the proof was used before",
  proof_expired: "the proof is too old",
  role_mismatch: "the proof is for another role",
  client_id_mismatch: "the proof is for another client id",
  client_id_malformed: "the client id has characters it must not have",
  client_id_hostile: "the client id is a name that would harm other clients",
  instance_malformed: "the instance has characters it must not have, or too many",
  newer_connection_exists: "a connection that began later has this name",
  access_ended: "the subscription gives no access any more",
  channel_full: "as many members as the plan admits were there before",
};

/** The local cloud's time, in epoch milliseconds. */
export async function cloudTime({ control }: Services): Promise<number> {
  return v.parse(health, await (await fetch(`${control}/health`)).json()).now;
}

/**
 * The cause that was logged for the newest connection refused since `since` (time of the
 * local cloud). The line may be written after the browser was told; so this asks up to `attempts` times.
 */
export async function loggedRefusal(
  services: Services,
  since: number,
  pause: () => Promise<void>,
  attempts = 10,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await pause();
    const response = await fetch(`${services.control}/logs?since=${since}&limit=1000`);
    const code = newestRefusal(await response.json());
    if (code !== undefined) return meanings[code] === undefined ? code : `${code}: ${meanings[code]}`;
  }
  return undefined;
}

/** The code of the newest refused connection in an answer of `GET /logs`. */
export function newestRefusal(answer: unknown): string | undefined {
  const parsed = v.safeParse(logs, answer);
  if (!parsed.success) return undefined;
  for (const { message } of parsed.output.lines.toReversed()) {
    const line = v.safeParse(refusal, message);
    if (line.success) return line.output.code;
  }
  return undefined;
}
