import { isRetryable } from "../shared/failure.ts";
import type { Connections, Posted } from "./connections.ts";
import type { Delivery, DeliveryQueue } from "./deliveries.ts";
import { channelKey } from "./identity.ts";
import type { OpenGates } from "./open-gates.ts";
import type { Pairs } from "./pairs.ts";
import type { PeerDirectory } from "./peers.ts";
import type { RefusalCode } from "./protocol.ts";

/** What relaying a frame needs. */
export interface ReachPorts {
  readonly peers: PeerDirectory;
  readonly connections: Connections;
  readonly deliveries: DeliveryQueue;
  readonly pairs: Pairs;
  /** Of this instance. */
  readonly openGates: OpenGates;
  readonly now: () => number;
}

/** Why the queue took over, or why a candidate waits. */
export type Delay =
  | Exclude<Posted, "delivered">
  | "absent"
  | "directory_unavailable"
  | "pairs_unavailable"
  | "pair_contended"
  | "sdp_in_flight"
  | "sdp_queued"
  | "sdp_awaited";

export type Relayed =
  | { readonly kind: "delivered"; readonly code?: "pairs_unavailable" }
  | { readonly kind: "queued"; readonly code: Delay }
  | { readonly kind: "refused"; readonly code: RefusalCode };

/** The recipient's newest connection, and when it was looked up; undefined when it has none. */
export async function findRecipient(
  { peers, now }: Pick<ReachPorts, "peers" | "now">,
  frame: Delivery,
): Promise<{ readonly id: string; readonly foundAt: number } | "absent" | "directory_unavailable"> {
  const foundAt = now();
  const member = { channel: channelKey(frame.tenant, frame.channel), name: frame.recipient };
  try {
    const id = await peers.find(member, foundAt);
    return id === undefined ? "absent" : { id, foundAt };
  } catch (error) {
    if (isRetryable(error)) return "directory_unavailable";
    throw error;
  }
}

/** Leaves the frame in the queue. Throws when the queue does not take it. */
export async function queue(
  { deliveries }: Pick<ReachPorts, "deliveries">,
  frame: Delivery,
  code: Delay,
): Promise<Relayed> {
  await deliveries.send(frame);
  return { kind: "queued", code };
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
