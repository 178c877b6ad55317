import { AwsError } from "../../aws-error.ts";
import type { Clock } from "../../clock.ts";
import type { Endpoint } from "../../endpoint/endpoint.ts";
import type { EventSourceMappingConfiguration, InvocationResult } from "../lambda.ts";
import { processedOf } from "./batch-response.ts";
import { GroupOrder } from "./group-order.ts";
import { MappedQueue, throwIfDenied } from "./mapped-queue.ts";
import { type ReceivedMessage, sqsEvent } from "./sqs-event.ts";

export interface QueuePollerOptions {
  readonly clock: Clock;
  readonly call: Endpoint["call"];
  readonly mapping: EventSourceMappingConfiguration;
  /** ARN of the role that the function has now. */
  readonly role: () => string;
  /** Seconds. */
  readonly functionTimeout: number;
  readonly endpointUrl: string;
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  readonly report: (line: string) => void;
}

const longPollSeconds = 20;
const pauseAfterError = 1000;
/** Against a queue that answers a long poll at once with nothing. */
const pauseAfterNothing = 100;
const firstThrottlePause = 100;
const longestThrottlePause = 5000;
/** As many tries as AWS's SDK has by default (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). */
const deletePauses = [50, 100];

/**
 * Feeds a queue's messages to a function, as Lambda's event source mapping does. Messages are deleted when
 * their batch was processed; a batch that failed stays hidden until the queue's visibility timeout.
 */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  readonly #queue: MappedQueue;
  readonly #groups = new GroupOrder();
  #onCapacity: (() => void) | undefined;
  readonly #pauses = new Set<() => void>();
  #visibilityTimeout = 0;
  #running = 0;
  #stopped = false;

  constructor(options: QueuePollerOptions) {
    this.#options = options;
    const { call, role, mapping, endpointUrl } = options;
    this.#queue = new MappedQueue(call, role, mapping.queueArn, endpointUrl);
  }

  /** Throws AwsError InvalidParameterValueException when the role may not read the queue, or it hides messages for less than the function's timeout. */
  async start(): Promise<void> {
    await this.#queue.checkAccess();
    this.#visibilityTimeout = await this.#queue.visibilityTimeout();
    if (this.#visibilityTimeout < this.#options.functionTimeout) {
      throw new AwsError(
        "InvalidParameterValueException",
        400,
        `Queue visibility timeout: ${this.#visibilityTimeout} seconds is less than Function timeout: ${this.#options.functionTimeout} seconds`,
        { Type: "User" },
      );
    }
    const first = await this.#receive(0).catch((error: unknown) => {
      throwIfDenied(error, "ReceiveMessage");
      throw error;
    });
    this.#dispatch(first);
    void this.#poll();
  }

  /** Receives no more. A batch that a long poll already holds is still processed. */
  stop(): void {
    this.#stopped = true;
    this.#onCapacity?.();
    for (const end of this.#pauses) end();
  }

  async #poll(): Promise<void> {
    const { clock, mapping, report } = this.#options;
    while (!this.#stopped) {
      if (this.#running >= mapping.maximumConcurrency) {
        await new Promise<void>((resolve) => {
          this.#onCapacity = resolve;
        });
        continue;
      }
      const began = clock.now();
      try {
        const messages = await this.#receive(longPollSeconds);
        this.#dispatch(messages);
        if (messages.length === 0 && clock.now() - began < pauseAfterNothing) {
          await this.#pause(pauseAfterNothing);
        }
      } catch (error) {
        if (!this.#stopped) report(`ReceiveMessage failed: ${messageOf(error)}`);
        await this.#pause(pauseAfterError);
      }
    }
  }

  #receive(waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    return this.#queue.receive(Math.min(10, this.#options.mapping.batchSize), waitSeconds);
  }

  #dispatch(messages: readonly ReceivedMessage[]): void {
    if (messages.length === 0) return;
    this.#running++;
    const hiddenUntil = this.#options.clock.now() + this.#visibilityTimeout * 1000;
    const groups = messages.flatMap(({ Attributes }) => Attributes.MessageGroupId ?? []);
    const fifo = this.#options.mapping.queueArn.endsWith(".fifo");
    void this.#groups
      .run(fifo ? groups : [], () => this.#process(messages, hiddenUntil))
      .then(() => {
        this.#running--;
        this.#onCapacity?.();
      });
  }

  async #process(messages: readonly ReceivedMessage[], hiddenUntil: number): Promise<void> {
    const { mapping, report } = this.#options;
    try {
      const result = await this.#invoke(sqsEvent(messages, mapping.queueArn), hiddenUntil);
      if (!result) return;
      const ids = messages.map(({ MessageId }) => MessageId);
      const processed = new Set(processedOf(ids, result, mapping.reportBatchItemFailures));
      const deletable = messages.filter(({ MessageId }) => processed.has(MessageId));
      if (deletable.length === 0) return;
      const kept = await this.#delete(deletable);
      if (kept > 0) report(`DeleteMessageBatch left ${kept} of ${deletable.length} messages`);
    } catch (error) {
      if (!this.#stopped) report(`a batch failed: ${messageOf(error)}`);
    }
  }

  /** Tries again where SQS fails for the moment: what was processed would else come again, and hold its group up till then. */
  async #delete(messages: readonly ReceivedMessage[]): Promise<number> {
    for (const pause of [...deletePauses, undefined]) {
      const deleted = this.#queue.delete(messages);
      this.#options.clock.hold(deleted);
      try {
        return await deleted;
      } catch (error) {
        if (pause === undefined || this.#stopped || !isOfTheMoment(error)) throw error;
        await this.#pause(pause);
      }
    }
    return messages.length;
  }

  /** Retries while the function is throttled; undefined once the queue shows the messages again. */
  async #invoke(event: unknown, hiddenUntil: number): Promise<InvocationResult | undefined> {
    const { clock, invoke } = this.#options;
    for (let pause = firstThrottlePause; ; pause = Math.min(2 * pause, longestThrottlePause)) {
      if (clock.now() >= hiddenUntil) return undefined;
      try {
        const invoked = invoke(event);
        // Else a clock moved by days would pass the function's timeout before it ran.
        clock.hold(invoked);
        return await invoked;
      } catch (error) {
        if (!(error instanceof AwsError) || error.status !== 429 || this.#stopped) throw error;
        await this.#pause(pause);
      }
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        timer.cancel();
        this.#pauses.delete(end);
        resolve();
      };
      const timer = this.#options.clock.setTimeout(end, milliseconds);
      this.#pauses.add(end);
    });
  }
}

/** Also a call whose connection was cut, which is no AwsError. */
const isOfTheMoment = (error: unknown): boolean =>
  !(error instanceof AwsError) || error.status >= 500 || error.code === "RequestThrottled";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
