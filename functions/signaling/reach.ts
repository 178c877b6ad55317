import { isRetryable } from "../shared/failure.ts";
import type { PlanLimits } from "../shared/plan-limits.ts";
import type { Connections } from "./connections.ts";
import type { Obstacle } from "./drain.ts";
import type { Pair } from "./negotiation.ts";
import type { OpenGates } from "./open-gates.ts";
import type { Pairs } from "./pairs.ts";
import { type Member, type PeerDirectory, type Reached, reachedAt } from "./peers.ts";
import type { RefusalCode } from "./protocol.ts";
import type { WakeUps } from "./wake-ups.ts";

/** What relaying a frame needs. */
export interface ReachPorts {
  readonly peers: PeerDirectory;
  readonly connections: Connections;
  readonly wakeUps: WakeUps;
  readonly pairs: Pairs;
  /** Of this instance. */
  readonly openGates: OpenGates;
  readonly now: () => number;
}

/** One frame on its way: whose it is, to whom it goes, and which invocation has it. */
export interface Passage {
  readonly pair: Pair;
  readonly recipient: Member;
  readonly limits: PlanLimits;
  /** The sender's own connection, to tell it what became of earlier frames. */
  readonly senderConnectionId: string;
  /** Unique for this invocation. */
  readonly holder: string;
}

/** Why a frame waits. */
export type Delay =
  | Obstacle
  | "absent"
  | "sdp_awaited"
  | "sdp_in_flight"
  | "seq_awaited"
  | "sent_again"
  | "offer_unanswered";

export type Relayed =
  | { readonly kind: "delivered"; readonly code?: "pairs_unavailable" }
  | { readonly kind: "queued"; readonly code: Delay }
  | { readonly kind: "refused"; readonly code: RefusalCode };

/** The recipient's newest connection; undefined when it has none. */
export async function findRecipient(
  { peers, now }: Pick<ReachPorts, "peers" | "now">,
  recipient: Member,
): Promise<Reached | undefined> {
  const foundAt = now();
  const presence = await peers.find(recipient, foundAt);
  return presence && reachedAt(presence, foundAt);
}

/** The same; `unavailable` while the peers table fails, so that a lease which was taken can be ended. */
export async function lookForRecipient(
  ports: Pick<ReachPorts, "peers" | "now">,
  recipient: Member,
): Promise<Reached | "unavailable" | undefined> {
  try {
    return await findRecipient(ports, recipient);
  } catch (error) {
    if (isRetryable(error)) return "unavailable";
    throw error;
  }
}

/** The result, or `pairs_unavailable` when the pairs table is throttled, failing or slow. */
export async function ifPairsAnswer<T>(work: () => Promise<T>): Promise<T | "pairs_unavailable"> {
  try {
    return await work();
  } catch (error) {
    if (isRetryable(error)) return "pairs_unavailable";
    throw error;
  }
}
