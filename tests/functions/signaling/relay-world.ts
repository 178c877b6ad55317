import { Failure } from "../../../functions/shared/failure.ts";
import type { Connections, Posted } from "../../../functions/signaling/connections.ts";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";
import { OpenGates } from "../../../functions/signaling/open-gates.ts";
import type { Pairs } from "../../../functions/signaling/pairs.ts";
import type { PeerDirectory, Presence } from "../../../functions/signaling/peers.ts";
import { relay } from "../../../functions/signaling/relay.ts";
import { SdpPace } from "../../../functions/signaling/sdp-pace.ts";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";
import type { WakeUp } from "../../../functions/signaling/wake-ups.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { memoryPairs } from "./memory-pairs.ts";

/** Channel key → member name → connection. */
export type Present = Readonly<Record<string, Readonly<Record<string, string | Partial<Presence>>>>>;

export interface World {
  readonly present?: Present;
  /** What posting comes to; default `delivered`. An error is thrown. */
  readonly posting?: Posted | Error;
  readonly directory?: Error;
  readonly queue?: Error;
  readonly pairs?: Pairs;
}

const now = 1_800_000_000_000;

/** The relay among fakes of its ports, and what it did with them. */
export function relayIn({ present = {}, posting = "delivered", directory, queue, pairs }: World = {}) {
  const posts: { connectionId: string; frame: string }[] = [];
  const queued: WakeUp[] = [];
  const recorded = recordedTelemetry("relay");
  const memory = memoryPairs();
  const world = { now };
  const peers: PeerDirectory = {
    find: async ({ channel, name }) => {
      if (directory) throw directory;
      const found = present[channel]?.[name];
      if (found === undefined) return undefined;
      const known = typeof found === "string" ? { connectionId: found } : found;
      return {
        ...{ connectionId: name, role: "VIEWER", connectedAt: 0, announced: false, instance: "" },
        ...known,
      };
    },
  };
  const connections: Connections = {
    post: async (connectionId, frame) => {
      if (posting instanceof Error) throw posting;
      posts.push({ connectionId, frame });
      return posting;
    },
  };
  const handle = relay({
    peers,
    connections,
    wakeUps: {
      send: async (message) => {
        if (queue) throw queue;
        queued.push(message);
      },
    },
    pairs: pairs ?? memory.pairs,
    openGates: new OpenGates(),
    sdpPace: new SdpPace(),
    buckets: new TokenBuckets(),
    telemetry: recorded.telemetry,
    now: () => world.now,
    wait: async (milliseconds) => {
      world.now += milliseconds;
    },
  });
  return Object.assign(world, { handle, posts, queued, recorded, waiting: memory.waiting });
}

/** A MESSAGE event as API Gateway sends it. */
export const messageEvent = (
  { limits, announced, ...sender }: ConnectedIdentity,
  body: unknown,
  context: object = {},
) => ({
  requestContext: {
    routeKey: "SDP_OFFER",
    eventType: "MESSAGE",
    connectionId: "L0SM9cOFvHcCIhw=",
    requestId: "JKJaXmPLvHcESHA=",
    messageId: "DBAEJYvZvHcCJ3w=",
    connectedAt: 1_799_999_940_000,
    authorizer: {
      ...sender,
      limits: JSON.stringify(limits),
      announced: String(announced),
      principalId: "x",
    },
    ...context,
  },
  body: typeof body === "string" ? body : JSON.stringify(body),
  isBase64Encoded: false,
});

export const unavailable = new Failure("dynamodb_unavailable", "down", { retryable: true });
export const queueUnavailable = new Failure("sqs_unavailable", "down", { retryable: true });
