import type { Connections, Posted } from "../../../functions/signaling/connections.ts";
import { type ConnectedIdentity, writeIdentity } from "../../../functions/signaling/identity.ts";
import type { Subscriptions } from "../../../functions/signaling/subscriptions.ts";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";
import { topics } from "../../../functions/signaling/topics.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { peer } from "./identities.ts";
import { memorySubscriptions } from "./memory-subscriptions.ts";

const now = 1_800_000_000_000;

export interface TopicsWorld {
  /** What posting to a connection comes to; default `delivered`. An error is thrown. */
  readonly posting?: (connectionId: string, frame: string) => Posted | Error;
  /** Calls that fail instead of doing what they do in memory. */
  readonly failing?: Partial<Subscriptions>;
  readonly turn?: () => Promise<void>;
  /** Epoch milliseconds. Default: `pass` moves it, and nobody knows when a frame was received. */
  readonly clock?: () => number;
}

/** The topic relay among fakes of its ports, and what it did with them. */
export function topicsIn({ posting = () => "delivered", failing = {}, turn, clock }: TopicsWorld = {}) {
  const posts: { connectionId: string; frame: string }[] = [];
  const recorded = recordedTelemetry("topics");
  const memory = memorySubscriptions(turn);
  let time = now;
  let atOnce = 0;
  let mostAtOnce = 0;
  const connections: Connections = {
    post: async (connectionId, frame) => {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await turn?.();
      await new Promise(setImmediate);
      atOnce -= 1;
      const posted = posting(connectionId, frame);
      if (posted instanceof Error) throw posted;
      posts.push({ connectionId, frame });
      return posted;
    },
  };
  const handle = topics({
    subscriptions: { ...memory.subscriptions, ...failing },
    connections,
    telemetry: recorded.telemetry,
    buckets: new TokenBuckets(),
    now: clock ?? (() => time),
  });
  const send = async (connectionId: string, frame: unknown, sender: ConnectedIdentity = peer) => {
    const context = clock && { requestTimeEpoch: clock() };
    const answer = await handle(topicEvent(connectionId, frame, sender, context));
    return answer.body === undefined ? undefined : JSON.parse(answer.body);
  };
  /** Until who has subscribed is not expected to announce itself any more. */
  const pass = () => {
    time += 5_000;
  };
  return { handle, send, pass, posts, recorded, ...memory, mostAtOnce: () => mostAtOnce };
}

/** A MESSAGE event of `$default` as API Gateway sends it. */
export const topicEvent = (
  connectionId: string,
  frame: unknown,
  sender: ConnectedIdentity,
  context: object = {},
) => ({
  requestContext: {
    routeKey: "$default",
    eventType: "MESSAGE",
    connectionId,
    requestId: "JKJaXmPLvHcESHA=",
    messageId: "DBAEJYvZvHcCJ3w=",
    connectedAt: now - 60_000,
    authorizer: { ...writeIdentity(sender), principalId: "x" },
    ...context,
  },
  body: typeof frame === "string" ? frame : JSON.stringify(frame),
  isBase64Encoded: false,
});
