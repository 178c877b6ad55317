import { setTimeout as pause } from "node:timers/promises";
import { onFirstCall } from "../shared/environment.ts";
import { type BatchResponse, type QueueRecord, serveByGroup } from "../shared/fifo-batch.ts";
import { readContext } from "../shared/lambda-context.ts";
import type { Receipts } from "../shared/receipts.ts";
import { type Telemetry, telemetry } from "../shared/telemetry.ts";
import { handleWakeUp, type WorkerPorts } from "./handle-wake-up.ts";
import { type RelayingEnvironment, relayingPorts } from "./relaying-ports.ts";

export interface Environment extends RelayingEnvironment {
  /** Receives after which the queue gives a message up: at the last, what cannot be posted is given up too. */
  readonly MAX_RECEIVE_COUNT: string;
}

export interface DeliverPorts extends WorkerPorts {
  readonly receipts: Receipts;
  readonly telemetry: Telemetry;
  readonly maxReceiveCount: number;
}

/** Milliseconds that one message may take at worst, its postponement included, once its posts have stopped. */
const messageTime = 6_000;
const longestPause = 8;
/** A gap of five seconds so ends within eight. */
const longestSoon = 3;

/**
 * Does what the queue asks for: hands over what waits for a member, tells others who came and went. Members are
 * independent; what concerns one keeps its order: the first message that cannot be finished stops those behind
 * it, and they come back after 1, 2, 4, then 8 seconds; at its last receive each has a try of its own. What a moment
 * ends is waited for in the invocation first. Dead letters are messages that cannot be read, which stop nobody, and
 * those of which a frame had to be given up.
 */
export const deliver = (ports: DeliverPorts) => {
  return (event: unknown, context?: unknown): Promise<BatchResponse> => {
    const { remaining } = readContext(context);
    return serveByGroup(event, (records) => handleGroup(ports, records, remaining));
  };
};

/** Returns the records that must come back. */
async function handleGroup(
  ports: DeliverPorts,
  records: readonly QueueRecord[],
  remaining: () => number,
): Promise<readonly QueueRecord[]> {
  const returning: { record: QueueRecord; seconds: number }[] = [];
  let pause: number | undefined;
  const mayGoOn = () => remaining() >= messageTime;
  for (const record of records) {
    // One that would be a dead letter next has a try of its own: what stands before it is one then, too.
    const isLast = record.attributes.ApproximateReceiveCount >= ports.maxReceiveCount;
    const blocked = pause !== undefined && !isLast ? "group_blocked" : mayGoOn() ? undefined : "no_time";
    const handled = await handleWakeUp(ports, record, { blocked, mayGoOn });
    if (handled === "unreadable" || handled === "given_up") returning.push({ record, seconds: 0 });
    if (handled !== "again" && handled !== "again_soon") continue;
    const longest = handled === "again" ? longestPause : longestSoon;
    pause ??= Math.min(2 ** (record.attributes.ApproximateReceiveCount - 1), longest);
    returning.push({ record, seconds: pause });
  }
  // A message in flight holds back its group, so each of them is given the same pause.
  await Promise.allSettled(
    returning.map(({ record, seconds }) => ports.receipts.postpone(record.receiptHandle, seconds)),
  );
  return returning.map(({ record }) => record);
}

export const handler = onFirstCall(() =>
  deliver({
    ...relayingPorts(),
    maxReceiveCount: Number(process.env.MAX_RECEIVE_COUNT),
    pause: async (milliseconds) => void (await pause(milliseconds)),
    telemetry: telemetry("deliver"),
  }),
);
