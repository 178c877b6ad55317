import { PersistenceManager, SnsStore, type SqsQueue, SqsStore } from "./fauxqs.ts";

export interface MessageStore {
  readonly queues: SqsStore;
  close(): void;
}

/**
 * fauxqs' queues and messages without its HTTP server, in memory or in a SQLite file under `path`.
 * Its own timers run on the machine's time and are switched off: `message-timers.ts` runs them on the clock.
 *
 * Throws the system's error when the folder or the file cannot be used.
 */
export function openMessageStore(path?: string): MessageStore {
  const queues = new SqsStore();
  if (path === undefined) return { queues, close: () => {} };
  const persistence = new PersistenceManager(path);
  // In WAL mode this loses nothing when the process dies, and saves a disk flush for each message.
  // biome-ignore lint/complexity/useLiteralKeys: TypeScript lets a private member be reached this way alone.
  persistence["db"].exec("PRAGMA synchronous = NORMAL");
  // Loaded before the store writes through, or loading a queue would replace its stored messages.
  persistence.loadSqsAndSns(queues, new SnsStore());
  queues.persistence = persistence;
  for (const queue of queues.allQueues()) {
    queue.persistence = persistence;
    stopTimers(queue);
    for (const group of queue.fifoMessages.values()) sortBySequence(group);
  }
  return { queues, close: () => persistence.close() };
}

export function stopTimers(queue: SqsQueue): SqsQueue {
  queue.processTimers = () => {};
  return queue;
}

/** FIFO messages of a group, oldest first: sequence numbers are text of one length. */
export function sortBySequence(messages: { sequenceNumber?: string }[]): void {
  messages.sort((a, b) => ((a.sequenceNumber ?? "") < (b.sequenceNumber ?? "") ? -1 : 1));
}
