import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { SqsMessage, SqsQueue } from "./fauxqs.ts";
import { redrivePolicy } from "./redrive-policy.ts";

export interface Taking {
  readonly now: number;
  /** At most this many messages. */
  readonly count: number;
  /** Seconds they stay hidden from other receivers. */
  readonly visibilityTimeout: number;
  /** How a message that was received too often leaves for the dead-letter queue; undefined when there is no such queue. */
  readonly deadLetterTo: (queueArn: string) => ((message: SqsMessage) => void) | undefined;
}

export interface Taken {
  readonly receiptHandle: string;
  readonly message: SqsMessage;
}

/**
 * Receives messages that are visible: in a FIFO queue oldest first in each group, as many of one group as there
 * are, and none of a group that has a message in flight
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html).
 * A message that was received `maxReceiveCount` times becomes a dead letter instead.
 */
export function takeMessages(queue: SqsQueue, taking: Taking): Taken[] {
  const redrive = redriveOf(queue, taking);
  const taken: Taken[] = [];
  const takeFrom = (visible: SqsMessage[]) => {
    const before = taken.length;
    while (taken.length < taking.count) {
      const message = visible.shift();
      if (!message) break;
      if (redrive && message.approximateReceiveCount >= redrive.maxReceiveCount) {
        queue.persistence?.deleteMessage(message.messageId);
        redrive.deadLetter(message);
      } else {
        taken.push(hide(queue, message, taking));
      }
    }
    return taken.length - before;
  };

  takeFrom(queue.messages);
  for (const [groupId, group] of queue.fifoMessages) {
    if (taken.length === taking.count) break;
    if (queue.fifoLockedGroups.has(groupId)) continue;
    const locks = takeFrom(group);
    if (locks > 0) queue.fifoLockedGroups.set(groupId, locks);
    if (group.length === 0) queue.fifoMessages.delete(groupId);
  }
  return taken;
}

function hide(queue: SqsQueue, message: SqsMessage, { now, visibilityTimeout }: Taking): Taken {
  const receiptHandle = randomUUID();
  const visibilityDeadline = now + visibilityTimeout * 1000;
  message.approximateReceiveCount++;
  message.approximateFirstReceiveTimestamp ??= now;
  queue.inflightMessages.set(receiptHandle, { message, receiptHandle, visibilityDeadline });
  queue.persistence?.updateMessageInflight(
    message.messageId,
    receiptHandle,
    visibilityDeadline,
    message.approximateReceiveCount,
    message.approximateFirstReceiveTimestamp,
  );
  return { receiptHandle, message };
}

function redriveOf({ attributes }: SqsQueue, { deadLetterTo }: Taking) {
  if (!attributes.RedrivePolicy) return undefined;
  const { maxReceiveCount, deadLetterTargetArn } = v.parse(redrivePolicy, attributes.RedrivePolicy);
  const deadLetter = deadLetterTo(deadLetterTargetArn);
  return deadLetter && { maxReceiveCount, deadLetter };
}
