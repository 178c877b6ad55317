import type { Line } from "../shared/telemetry.ts";
import type { ConnectedIdentity } from "./identity.ts";
import type { Keepalives } from "./keepalives.ts";
import { memberOf } from "./peer-registry.ts";
import type { TokenBuckets } from "./token-buckets.ts";

export interface AlivePorts {
  readonly keepalives: Pick<Keepalives, "answered">;
  readonly aliveBuckets: TokenBuckets;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Answers a second that are written down. */
const rate = 1;

/** Notes that the client of a connection is alive. It is not answered. */
export async function noteAlive(
  { keepalives, aliveBuckets, now }: AlivePorts,
  identity: ConnectedIdentity,
  connectionId: string,
  line: Line,
): Promise<{ statusCode: number }> {
  if (!aliveBuckets.take(connectionId, rate, now())) {
    line.add({ outcome: "refused", code: "too_fast" });
    return { statusCode: 200 };
  }
  const answered = await keepalives.answered(memberOf(identity), connectionId, now());
  line.add(answered === "answered" ? { outcome: "served" } : { outcome: "ignored", code: answered });
  return { statusCode: 200 };
}
