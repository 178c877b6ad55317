import type { Posted } from "../../../functions/signaling/connections.ts";
import { deliver } from "../../../functions/signaling/deliver.ts";
import type { Delivery } from "../../../functions/signaling/deliveries.ts";
import { OpenGates } from "../../../functions/signaling/open-gates.ts";
import type { Pairs } from "../../../functions/signaling/pairs.ts";
import { relay } from "../../../functions/signaling/relay.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { viewer } from "./identities.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { messageEvent } from "./relay-world.ts";

export const start = 1_800_000_000_000;

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

export const offerOf = (...ufrags: readonly string[]) => ({
  action: "SDP_OFFER",
  messagePayload: base64({ type: "offer", sdp: ufrags.map((one) => `a=ice-ufrag:${one}\r\n`).join("") }),
});

export const answerOf = (ufrag: string) => ({
  action: "SDP_ANSWER",
  messagePayload: base64({ type: "answer", sdp: `a=ice-ufrag:${ufrag}\r\n` }),
});

export const candidateOf = (usernameFragment: string | undefined, text = "candidate:1") => ({
  action: "ICE_CANDIDATE",
  messagePayload: base64({ candidate: text, usernameFragment }),
});

/** Two negotiations of one kind, the second newer, and the candidates of either. */
export const offer = offerOf("aaaa");
export const offer2 = offerOf("bbbb");
export const candidate = (number: number, ufrag = "aaaa") => candidateOf(ufrag, `candidate:${number}`);

export const payloads = (...frames: readonly { readonly messagePayload: string }[]) =>
  frames.map(({ messagePayload }) => messagePayload);
export const receivedBy = ({ received }: ReturnType<typeof orderWorld>) =>
  received.map(({ payload }) => payload);

/** A viewer's frames to its master, through relays that share nothing but what AWS keeps. */
export function orderWorld({
  turn = async () => {},
  pairs,
}: {
  readonly turn?: (what: string) => Promise<void>;
  readonly pairs?: Pairs;
} = {}) {
  const memory = memoryPairs(() => turn("pairs"));
  const world = {
    now: start,
    /** The master's newest connection. */
    connection: "m1" as string | undefined,
    /** What posting to a connection comes to. */
    posting: new Map<string, Posted>(),
    /** The ids of the frames that reached a connection, in order. */
    received: [] as { readonly connectionId: string; readonly payload: string }[],
    queued: [] as Delivery[],
    calls: [] as string[],
    rows: memory.rows,
  };
  const ports = {
    peers: {
      find: async () => {
        world.calls.push("find");
        const found = world.connection;
        await turn("find");
        return found;
      },
    },
    connections: {
      post: async (connectionId: string, frame: string) => {
        world.calls.push("post");
        await turn("post");
        const posted = world.posting.get(connectionId) ?? "delivered";
        if (posted === "delivered") {
          world.received.push({ connectionId, payload: JSON.parse(frame).messagePayload });
        }
        await turn("posted");
        return posted;
      },
    },
    pairs: countingPairs(pairs ?? memory.pairs, world.calls),
    now: () => world.now,
  };
  const deliveries = {
    send: async (delivery: Delivery) => {
      world.calls.push("send");
      await turn("send");
      world.queued.push(delivery);
    },
  };
  const recorded = recordedTelemetry("relay");
  /** A function instance that has read nothing yet. */
  const instance = () => {
    const handle = relay({ ...ports, deliveries, openGates: new OpenGates(), telemetry: recorded.telemetry });
    return async (frame: object, messageId: string, sentAt: number): Promise<string> => {
      const event = messageEvent(
        viewer,
        { ...frame, correlationId: "c" },
        { messageId, requestTimeEpoch: sentAt },
      );
      const { body } = await handle(event);
      return JSON.parse(body ?? "").statusResponse.code;
    };
  };
  const work = deliver({
    ...ports,
    receipts: { postpone: async () => {} },
    telemetry: recordedTelemetry("deliver").telemetry,
  });
  /** Gives the queue's frames to the worker once; those that are not done stay. */
  const workQueue = async (): Promise<void> => {
    const batch = world.queued.slice();
    const { batchItemFailures } = await work({
      Records: batch.map((delivery, index) => ({
        messageId: String(index),
        receiptHandle: String(index),
        body: JSON.stringify(delivery),
        attributes: { ApproximateReceiveCount: "1", MessageGroupId: "master" },
      })),
    });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)));
    world.queued.splice(0, batch.length, ...batch.filter((_, index) => failed.has(index)));
  };
  return Object.assign(world, { instance, workQueue, lines: recorded.lines });
}

const countingPairs = (pairs: Pairs, calls: string[]): Pairs => ({
  read: (...args) => {
    calls.push("read");
    return pairs.read(...args);
  },
  write: (...args) => {
    calls.push("write");
    return pairs.write(...args);
  },
  hold: (...args) => {
    calls.push("hold");
    return pairs.hold(...args);
  },
});
