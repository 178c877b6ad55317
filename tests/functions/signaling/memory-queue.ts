import * as v from "valibot";
import { sha256 } from "../../../functions/shared/digest.ts";
import type { BatchResponse } from "../../../functions/shared/fifo-batch.ts";
import type { Receipts } from "../../../functions/shared/receipts.ts";
import { keyOfMember } from "../../../functions/signaling/peers.ts";
import { groupOf, type WakeUp, type WakeUps, wakeUp } from "../../../functions/signaling/wake-ups.ts";

interface Queued {
  readonly id: string;
  readonly message: WakeUp;
  readonly group: string;
  receives: number;
  /** Epoch milliseconds; until then its group stands still. */
  visibleAt: number;
  /** Being worked on. */
  inFlight: boolean;
}

/** As the program declares it. */
const maxReceiveCount = 8;
const visibilityTimeout = 60_000;

/**
 * The FIFO queue in memory, as SQS describes one: the same id is queued once, a message that is in flight or
 * postponed holds back its group, one that was received eight times in vain is a dead letter.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function memoryQueue(now: () => number, turn: (what: string) => Promise<void> = async () => {}) {
  const queued: Queued[] = [];
  const deadLetters: WakeUp[] = [];
  const seen = new Set<string>();
  let number = 0;

  const wakeUps: WakeUps = {
    send: async (message, id) => {
      await turn("send");
      v.parse(wakeUp, message);
      const group = sha256(groupOf(message));
      const deduplication = `${message.kind}#${keyOfMember(message)}#${id}`;
      if (seen.has(deduplication)) return;
      seen.add(deduplication);
      number += 1;
      queued.push({ id: `m${number}`, message, group, receives: 0, visibleAt: 0, inFlight: false });
    },
  };
  const receipts: Receipts = {
    postpone: async (receiptHandle, seconds) => {
      const one = queued.find(({ id }) => id === receiptHandle);
      if (one) Object.assign(one, { visibleAt: now() + seconds * 1000, inFlight: false });
    },
  };

  /** Takes up to ten messages that may be received now. */
  function take(): readonly Queued[] {
    const still = new Set(
      queued.filter((one) => one.inFlight || one.visibleAt > now()).map(({ group }) => group),
    );
    const taken = queued.filter(({ group }) => !still.has(group)).slice(0, 10);
    for (const one of taken) {
      one.inFlight = true;
      one.receives += 1;
      one.visibleAt = now() + visibilityTimeout;
    }
    return taken;
  }

  /** Gives one batch to the worker. False when nothing could be received. */
  async function work(deliver: (event: unknown) => Promise<BatchResponse>): Promise<boolean> {
    const taken = take();
    if (taken.length === 0) return false;
    const event = {
      Records: taken.map(({ id, message, receives, group }) => ({
        messageId: id,
        receiptHandle: id,
        body: JSON.stringify(message),
        attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: group },
      })),
    };
    // Of an invocation that dies all come back, when their visibility timeout is over.
    const failed = await deliver(event).then(
      ({ batchItemFailures }) => new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
      () => new Set(taken.map(({ id }) => id)),
    );
    for (const one of taken) {
      one.inFlight = false;
      if (failed.has(one.id) && one.receives < maxReceiveCount) continue;
      if (failed.has(one.id)) deadLetters.push(one.message);
      queued.splice(queued.indexOf(one), 1);
    }
    return true;
  }

  const receive = () =>
    take().map((one) => ({
      message: one.message,
      receiptHandle: one.id,
      receiveCount: one.receives,
      finish: async () => void queued.splice(queued.indexOf(one), 1),
    }));

  return {
    wakeUps,
    receipts,
    work,
    receive,
    deadLetters,
    maxReceiveCount,
    /** What is in the queue, oldest first. */
    messages: () => queued.map(({ message }) => message),
    /** When (epoch ms) the next message can be received; undefined when there is none. */
    nextAt: (): number | undefined => {
      const groups = [...Map.groupBy(queued, ({ group }) => group).values()];
      const times = groups.map((group) => Math.max(...group.map(({ visibleAt }) => visibleAt)));
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}
