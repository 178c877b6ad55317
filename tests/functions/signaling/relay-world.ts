import { Failure } from "../../../functions/shared/failure.ts";
import type { Connections, Posted } from "../../../functions/signaling/connections.ts";
import type { Delivery, DeliveryQueue } from "../../../functions/signaling/deliveries.ts";
import type { Identity } from "../../../functions/signaling/identity.ts";
import { OpenGates } from "../../../functions/signaling/open-gates.ts";
import type { Pairs } from "../../../functions/signaling/pairs.ts";
import type { PeerDirectory } from "../../../functions/signaling/peers.ts";
import { relay } from "../../../functions/signaling/relay.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { memoryPairs } from "./memory-pairs.ts";

/** Channel key → member name → connection. */
export type Present = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface World {
  readonly present?: Present;
  /** What posting comes to; default `delivered`. An error is thrown. */
  readonly posting?: Posted | Error;
  readonly directory?: Error;
  readonly queue?: Error;
  readonly pairs?: Pairs;
}

/** The relay among fakes of its ports, and what it did with them. */
export function relayIn({ present = {}, posting = "delivered", directory, queue, pairs }: World = {}) {
  const posts: { connectionId: string; frame: string }[] = [];
  const queued: Delivery[] = [];
  const recorded = recordedTelemetry("relay");
  const peers: PeerDirectory = {
    find: async ({ channel, name }) => {
      if (directory) throw directory;
      return present[channel]?.[name];
    },
  };
  const connections: Connections = {
    post: async (connectionId, frame) => {
      if (posting instanceof Error) throw posting;
      posts.push({ connectionId, frame });
      return posting;
    },
  };
  const deliveries: DeliveryQueue = {
    send: async (delivery) => {
      if (queue) throw queue;
      queued.push(delivery);
    },
  };
  const handle = relay({
    peers,
    connections,
    deliveries,
    pairs: pairs ?? memoryPairs().pairs,
    openGates: new OpenGates(),
    telemetry: recorded.telemetry,
    now: () => 1_800_000_000_000,
  });
  return { handle, posts, queued, recorded };
}

/** A MESSAGE event as API Gateway sends it. */
export const messageEvent = (sender: Identity, body: unknown, context: object = {}) => ({
  requestContext: {
    routeKey: "SDP_OFFER",
    eventType: "MESSAGE",
    connectionId: "L0SM9cOFvHcCIhw=",
    requestId: "JKJaXmPLvHcESHA=",
    messageId: "DBAEJYvZvHcCJ3w=",
    authorizer: { ...sender, maxFrameBytes: String(sender.maxFrameBytes), principalId: "x" },
    ...context,
  },
  body: typeof body === "string" ? body : JSON.stringify(body),
  isBase64Encoded: false,
});

export const unavailable = new Failure("dynamodb_unavailable", "down", { retryable: true });
