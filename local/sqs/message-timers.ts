import type { SqsMessage, SqsQueue } from "./fauxqs.ts";
import { sortBySequence } from "./message-store.ts";

const withoutGroup = "";

/** Brings a queue to `now`: hidden messages whose time is over and delayed ones that are due can be received, old ones are gone. */
export function bringTo(now: number, queue: SqsQueue): void {
  const due = (message: SqsMessage) => (message.delayUntil ?? 0) <= now;
  for (const [handle, { visibilityDeadline }] of queue.inflightMessages) {
    if (visibilityDeadline <= now) makeVisible(queue, handle);
  }
  queue.messages.push(...queue.delayedMessages.filter(due));
  queue.delayedMessages = queue.delayedMessages.filter((message) => !due(message));
  for (const [groupId, delayed] of queue.fifoDelayed) {
    for (const message of delayed.filter(due)) putBack(queue, message);
    queue.fifoDelayed.set(
      groupId,
      delayed.filter((message) => !due(message)),
    );
  }
  dropOld(now, queue);
}

/** When the queue may have a message for a receiver without anyone sending one. */
export function nextChange(queue: SqsQueue): number {
  let next = Number.POSITIVE_INFINITY;
  for (const entry of queue.inflightMessages.values()) next = Math.min(next, entry.visibilityDeadline);
  for (const delayed of [queue.delayedMessages, ...queue.fifoDelayed.values()]) {
    for (const message of delayed) next = Math.min(next, message.delayUntil ?? next);
  }
  return next;
}

/** Ends the hiding of a received message. In a FIFO queue it goes back to its place in its group. */
export function makeVisible(queue: SqsQueue, receiptHandle: string): void {
  const entry = queue.inflightMessages.get(receiptHandle);
  if (!entry) return;
  queue.inflightMessages.delete(receiptHandle);
  const groupId = entry.message.messageGroupId ?? withoutGroup;
  const locks = (queue.fifoLockedGroups.get(groupId) ?? 1) - 1;
  if (locks > 0) queue.fifoLockedGroups.set(groupId, locks);
  else queue.fifoLockedGroups.delete(groupId);
  queue.persistence?.insertMessage(queue.name, entry.message);
  putBack(queue, entry.message);
}

function putBack(queue: SqsQueue, message: SqsMessage): void {
  if (!queue.isFifo()) {
    queue.messages.push(message);
    return;
  }
  const groupId = message.messageGroupId ?? withoutGroup;
  const group = queue.fifoMessages.get(groupId) ?? [];
  group.push(message);
  sortBySequence(group);
  queue.fifoMessages.set(groupId, group);
}

function dropOld(now: number, queue: SqsQueue): void {
  const oldest = now - Number(queue.attributes.MessageRetentionPeriod) * 1000;
  const kept = (message: SqsMessage) => {
    if (message.sentTimestamp > oldest) return true;
    queue.persistence?.deleteMessage(message.messageId);
    return false;
  };
  if (queue.messages.some((message) => message.sentTimestamp <= oldest)) {
    queue.messages = queue.messages.filter(kept);
  }
  for (const [groupId, group] of queue.fifoMessages) {
    if (!group.some((message) => message.sentTimestamp <= oldest)) continue;
    queue.fifoMessages.set(groupId, group.filter(kept));
  }
}
