import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import { eachEntry } from "./batch.ts";
import { DeduplicationWindow } from "./deduplication-window.ts";
import type { SqsMessage, SqsQueue } from "./fauxqs.ts";
import { bringTo, makeVisible, nextChange } from "./message-timers.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { receivedMessage } from "./received-message.ts";
import { Receivers } from "./receivers.ts";
import { type Operation, parseRequest, type RequestOf } from "./requests.ts";
import { deduplicationKey, sendMessage, sizeOf } from "./send-message.ts";
import { takeMessages } from "./take-messages.ts";

const maximumBatch = 1_048_576;

/** What each SQS operation does. Answers are those of the service; refusals are thrown as AwsError. */
export class QueueOperations {
  readonly #registry: QueueRegistry;
  readonly #clock: Clock;
  readonly #receivers: Receivers;
  readonly #windows = new WeakMap<SqsQueue, DeduplicationWindow>();
  readonly #polls = new Set<Promise<object>>();

  constructor(registry: QueueRegistry, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
    this.#receivers = new Receivers(clock);
  }

  async run(operation: Operation, request: unknown): Promise<object> {
    switch (operation) {
      case "SendMessage":
        return this.#send(parseRequest(operation, request));
      case "SendMessageBatch":
        return this.#sendBatch(parseRequest(operation, request));
      case "ReceiveMessage":
        return this.#poll(parseRequest(operation, request));
      case "DeleteMessage": {
        const { QueueUrl, ReceiptHandle } = parseRequest(operation, request);
        return this.#delete(this.#registry.at(QueueUrl), ReceiptHandle);
      }
      case "DeleteMessageBatch": {
        const { QueueUrl, Entries } = parseRequest(operation, request);
        const queue = this.#registry.at(QueueUrl);
        return eachEntry(Entries, ({ ReceiptHandle }) => this.#delete(queue, ReceiptHandle));
      }
      case "ChangeMessageVisibility": {
        const asked = parseRequest(operation, request);
        return this.#changeVisibility(this.#registry.at(asked.QueueUrl), asked);
      }
      case "ChangeMessageVisibilityBatch": {
        const { QueueUrl, Entries } = parseRequest(operation, request);
        const queue = this.#registry.at(QueueUrl);
        return eachEntry(Entries, (entry) => this.#changeVisibility(queue, entry));
      }
      case "PurgeQueue":
        this.#registry.at(parseRequest(operation, request).QueueUrl).purge();
        return {};
      default:
        return this.#describe(operation, request);
    }
  }

  /** Lets those who wait for a message of the queue look again. */
  wake(queueName: string): void {
    this.#receivers.wake(queueName);
  }

  /** Ends every long poll; each answers that there is no message. */
  async end(): Promise<void> {
    this.#receivers.end();
    await Promise.allSettled([...this.#polls]);
  }

  #describe(operation: Operation, request: unknown): object {
    switch (operation) {
      case "GetQueueUrl": {
        const { QueueName } = parseRequest(operation, request);
        return { QueueUrl: this.#registry.urlOf(this.#registry.named(QueueName).name) };
      }
      case "GetQueueAttributes": {
        const { QueueUrl, AttributeNames } = parseRequest(operation, request);
        const queue = this.#registry.at(QueueUrl);
        bringTo(this.#clock.now(), queue);
        const Attributes = queue.getAllAttributes(AttributeNames);
        return Object.keys(Attributes).length > 0 ? { Attributes } : {};
      }
      case "ListQueues": {
        const { QueueNamePrefix = "" } = parseRequest(operation, request);
        const names = this.#registry.all().map((queue) => queue.name);
        const QueueUrls = names.filter((name) => name.startsWith(QueueNamePrefix)).toSorted();
        return { QueueUrls: QueueUrls.map((name) => this.#registry.urlOf(name)) };
      }
      case "ListDeadLetterSourceQueues": {
        const { arn } = this.#registry.at(parseRequest(operation, request).QueueUrl);
        const sources = this.#registry
          .all()
          .filter(({ attributes }) => attributes.RedrivePolicy?.includes(JSON.stringify(arn)));
        return { queueUrls: sources.map((queue) => this.#registry.urlOf(queue.name)) };
      }
      default:
        throw new Error(`${operation} is listed and not implemented`);
    }
  }

  #send({ QueueUrl, ...message }: RequestOf<"SendMessage">): object {
    const queue = this.#registry.at(QueueUrl);
    const sent = sendMessage(queue, message, this.#windowOf(queue), this.#clock.now());
    this.#receivers.wake(queue.name);
    return sent;
  }

  #sendBatch({ QueueUrl, Entries }: RequestOf<"SendMessageBatch">): object {
    const queue = this.#registry.at(QueueUrl);
    const total = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (total > maximumBatch) {
      throw new AwsError(
        "BatchRequestTooLong",
        400,
        `Batch requests cannot be longer than ${maximumBatch} bytes. You have sent ${total} bytes.`,
      );
    }
    const window = this.#windowOf(queue);
    const sent = eachEntry(Entries, (entry) => sendMessage(queue, entry, window, this.#clock.now()));
    this.#receivers.wake(queue.name);
    return sent;
  }

  async #poll(asked: RequestOf<"ReceiveMessage">): Promise<object> {
    const poll = this.#receive(asked);
    this.#polls.add(poll);
    return poll.finally(() => this.#polls.delete(poll));
  }

  async #receive(asked: RequestOf<"ReceiveMessage">): Promise<object> {
    const queue = this.#registry.at(asked.QueueUrl);
    const { attributes } = queue;
    const wait = asked.WaitTimeSeconds ?? Number(attributes.ReceiveMessageWaitTimeSeconds);
    const waited = this.#clock.now() + wait * 1000;
    for (;;) {
      const now = this.#clock.now();
      // While time is moved nobody needs the answer that there is nothing, of which a month has 130,000.
      const end = wait > 0 ? Math.max(waited, this.#clock.target()) : waited;
      bringTo(now, queue);
      const taken = takeMessages(queue, {
        now,
        count: asked.MaxNumberOfMessages,
        visibilityTimeout: asked.VisibilityTimeout ?? Number(queue.attributes.VisibilityTimeout),
        deadLetterTo: (arn) => this.#deadLetterTo(arn, now),
      });
      if (taken.length > 0) return { Messages: taken.map((one) => receivedMessage(one, asked)) };
      if (now >= end || this.#receivers.ended) return {};
      await this.#receivers.sleep(queue.name, Math.min(end, nextChange(queue)));
      this.#registry.at(asked.QueueUrl);
    }
  }

  #delete(queue: SqsQueue, receiptHandle: string): object {
    queue.deleteMessage(receiptHandle);
    this.#receivers.wake(queue.name);
    return {};
  }

  #changeVisibility(queue: SqsQueue, asked: { ReceiptHandle: string; VisibilityTimeout: number }): object {
    const now = this.#clock.now();
    bringTo(now, queue);
    const entry = queue.inflightMessages.get(asked.ReceiptHandle);
    if (!entry) {
      throw new AwsError("MessageNotInflight", 400, "The message referred to isn't in flight.");
    }
    if (asked.VisibilityTimeout === 0) {
      makeVisible(queue, asked.ReceiptHandle);
    } else {
      entry.visibilityDeadline = now + asked.VisibilityTimeout * 1000;
      const { messageId, approximateReceiveCount, approximateFirstReceiveTimestamp } = entry.message;
      queue.persistence?.updateMessageInflight(
        messageId,
        entry.receiptHandle,
        entry.visibilityDeadline,
        approximateReceiveCount,
        approximateFirstReceiveTimestamp,
      );
    }
    this.#receivers.wake(queue.name);
    return {};
  }

  /** The age of a FIFO message begins anew in its dead-letter queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
  #deadLetterTo(queueArn: string, now: number): ((message: SqsMessage) => void) | undefined {
    const target = this.#registry.findByArn(queueArn);
    if (!target) return undefined;
    return (message) => {
      if (target.isFifo()) {
        message.sequenceNumber = target.nextSequenceNumber();
        message.sentTimestamp = now;
      }
      target.enqueue(message);
      this.#receivers.wake(target.name);
    };
  }

  #windowOf(queue: SqsQueue): DeduplicationWindow {
    let window = this.#windows.get(queue);
    if (!window) {
      window = new DeduplicationWindow();
      const kept = [...queue.fifoMessages.values(), ...queue.fifoDelayed.values()].flat();
      const inFlight = [...queue.inflightMessages.values()].map((entry) => entry.message);
      for (const message of [...kept, ...inFlight].sort((a, b) => a.sentTimestamp - b.sentTimestamp)) {
        const { messageGroupId, messageDeduplicationId: id, messageId, sequenceNumber = "" } = message;
        if (id === undefined) continue;
        const key = deduplicationKey(queue, messageGroupId, id);
        window.add(key, { messageId, sequenceNumber }, message.sentTimestamp);
      }
      this.#windows.set(queue, window);
    }
    return window;
  }
}
