import type { CurrentAccess } from "../../../functions/billing/access/current-access.ts";
import type { Closed } from "../../../functions/signaling/closing.ts";
import type { Posted } from "../../../functions/signaling/connections.ts";
import type { DueKeepalive } from "../../../functions/signaling/keepalives.ts";
import type { Pair } from "../../../functions/signaling/negotiation.ts";
import { sweep } from "../../../functions/signaling/sweep.ts";
import type { WakeUp } from "../../../functions/signaling/wake-ups.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { limits } from "./identities.ts";

/** Epoch milliseconds of a sweep. */
export const now = 1_800_000_000_999;
const minute = 60_000;

/** A viewer's connection, so many minutes old. */
export const due = (name: string, age = 9, more: Partial<DueKeepalive> = {}): DueKeepalive => ({
  member: { channel: "acme#lobby", name },
  connectionId: `c-${name}`,
  role: "VIEWER",
  announced: false,
  connectedAt: now - age * minute,
  ...more,
});

type Pages<Item> = Readonly<Record<number, readonly (readonly Item[] | Error)[]>>;

export interface World {
  /** Shard → its pages; a page may be an error. */
  readonly shards?: Pages<DueKeepalive>;
  readonly pairs?: Pages<Pair>;
  /** Connection → what posting to it gives; `delivered` where nothing is said. */
  readonly posting?: Readonly<Record<string, Posted | Error>>;
  /** What closing a connection gives; `closed` where nothing is said. */
  readonly closing?: Closed;
  readonly failing?: Readonly<Partial<Record<"send" | "remove" | "renew" | "close" | "proofs", Error>>>;
  /** Users whose access has ended; of others it is in force. Undefined where nothing is sold. */
  readonly ended?: readonly string[] | Error;
  readonly remaining?: () => number;
  readonly now?: number;
}

const accessBut =
  (ended: readonly string[] | Error): CurrentAccess =>
  async (user) => {
    if (ended instanceof Error) throw ended;
    return ended.includes(user) ? { kind: "ended", reason: "canceled" } : { kind: "entitled", limits };
  };

/** One sweep, and what it did, in order. */
export async function swept(world: World = {}) {
  const { shards = {}, pairs = {}, posting = {}, failing = {}, remaining = () => 50_000 } = world;
  const asked: [number, number][] = [];
  const tidied: [part: number, at: number][] = [];
  const posts: [string, string][] = [];
  const renewed: [string, number][] = [];
  const askedTimes: (number | undefined)[] = [];
  const removed: [string, string][] = [];
  const closed: string[] = [];
  const sent: [WakeUp, string][] = [];
  const order: string[] = [];
  let busy = 0;
  let busiest = 0;
  const recorded = recordedTelemetry("sweep");
  async function* read<Item>(pages: Pages<Item>, shard: number) {
    for (const page of pages[shard] ?? []) {
      if (page instanceof Error) throw page;
      yield page;
    }
  }
  const called = (call: "send" | "remove" | "renew" | "close") => {
    order.push(call);
    if (failing[call]) throw failing[call];
  };
  const revoked: unknown[][] = [];
  const revocations = { send: async (...message: unknown[]) => void revoked.push(message) };
  const handle = sweep({
    keepalives: {
      due: (shard, at) => {
        asked.push([shard, at]);
        return read(shards, shard);
      },
      renew: async ({ connectionId }, nextAt, askedAt) => {
        called("renew");
        renewed.push([connectionId, nextAt]);
        askedTimes.push(askedAt);
      },
    },
    duePairs: { due: (shard) => read(pairs, shard) },
    expiredProofs: {
      remove: async (part, at) => {
        if (failing.proofs) throw failing.proofs;
        tidied.push([part, at]);
        return 3;
      },
    },
    removal: {
      remove: async ({ name }, connectionId) => {
        called("remove");
        removed.push([name, connectionId]);
        return "removed";
      },
    },
    connections: {
      post: async (connectionId, frame) => {
        busy += 1;
        busiest = Math.max(busiest, busy);
        await new Promise((resolve) => setImmediate(resolve));
        busy -= 1;
        const outcome = posting[connectionId] ?? "delivered";
        if (outcome instanceof Error) throw outcome;
        posts.push([connectionId, frame]);
        return outcome;
      },
    },
    closing: {
      close: async (connectionId) => {
        called("close");
        closed.push(connectionId);
        return world.closing ?? "closed";
      },
    },
    wakeUps: {
      send: async (message, id) => {
        called("send");
        sent.push([message, id]);
      },
    },
    ...(world.ended && { sale: { access: accessBut(world.ended), revocations } }),
    telemetry: recorded.telemetry,
    now: () => world.now ?? now,
  });
  const context = { awsRequestId: "c6af9ac6-7b61", getRemainingTimeInMillis: remaining };
  const result = await handle({}, context).then(
    () => undefined,
    (error: unknown) => error,
  );
  const did = { asked, tidied, posts, renewed, askedTimes, removed, closed, sent, order, revoked };
  return { ...did, busiest: () => busiest, lines: recorded.lines(), result };
}
