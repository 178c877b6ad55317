import * as v from "valibot";
import { AwsError } from "../aws-error.ts";
import { recordOf } from "../record-of.ts";
import type { SqsQueue, SqsStore } from "./fauxqs.ts";
import { stopTimers } from "./message-store.ts";
import { completeAttributes } from "./queue-attributes.ts";
import { queueNameOf } from "./queue-url.ts";
import type { QueueConfiguration } from "./queues.ts";
import { redriveAllowPolicy, redrivePolicy, redriveRefusal } from "./redrive-policy.ts";

/** The queues, by name, and what may be set on them. */
export class QueueRegistry {
  readonly #store: SqsStore;
  readonly #baseUrl: () => string;
  /** Queues put since the start. What a data folder says of policies is not the program's word. */
  readonly #declared = new Set<string>();

  constructor(store: SqsStore, baseUrl: () => string) {
    this.#store = store;
    this.#baseUrl = baseUrl;
  }

  /** Throws AwsError when the attributes are not a queue's, or name a dead-letter queue that refuses. */
  put({ name, arn, attributes }: QueueConfiguration): string {
    const complete = completeAttributes(name, attributes);
    this.#checkRedrive(arn, complete);
    const existing = this.#store.getQueueByName(name);
    if (!existing) {
      // fauxqs finds a queue by the path of its URL alone.
      stopTimers(this.#store.createQueue(name, `http://localhost/${name}`, arn, complete));
    } else {
      const { Policy, RedriveAllowPolicy } = existing.attributes;
      const policies = {
        ...(Policy !== undefined && { Policy }),
        ...(RedriveAllowPolicy !== undefined && { RedriveAllowPolicy }),
      };
      existing.attributes = { ...(this.#declared.has(name) && policies), ...complete };
      existing.setAttributes({});
    }
    this.#declared.add(name);
    return this.urlOf(name);
  }

  delete(name: string): void {
    this.#declared.delete(name);
    if (!this.#store.deleteQueue(`http://localhost/${name}`)) throw noQueue();
  }

  find(name: string): SqsQueue | undefined {
    return this.#store.getQueueByName(name);
  }

  findByArn(arn: string): SqsQueue | undefined {
    return this.#store.getQueueByArn(arn);
  }

  /** Throws AwsError QueueDoesNotExist. */
  at(queueUrl: string): SqsQueue {
    return this.named(queueNameOf(queueUrl));
  }

  named(name: string): SqsQueue {
    const queue = this.find(name);
    if (!queue) throw noQueue();
    return queue;
  }

  all(): SqsQueue[] {
    return [...this.#store.allQueues()];
  }

  urlOf(name: string): string {
    return `${this.#baseUrl()}/${name}`;
  }

  putPolicy(queueUrl: string, policy: string): void {
    if (!v.is(v.pipe(v.string(), v.parseJson(), recordOf(v.string(), v.unknown())), policy)) {
      throw new AwsError("InvalidAttributeValue", 400, "Invalid value for the parameter Policy.");
    }
    this.at(queueUrl).setAttributes({ Policy: policy });
  }

  putRedriveAllowPolicy(queueUrl: string, policy: string): void {
    const parsed = v.safeParse(redriveAllowPolicy, policy);
    if (!parsed.success) {
      const reason = parsed.issues[0].message;
      throw new AwsError(
        "InvalidAttributeValue",
        400,
        `Invalid value for the parameter RedriveAllowPolicy. Reason: ${reason}`,
      );
    }
    this.at(queueUrl).setAttributes({ RedriveAllowPolicy: policy });
  }

  deleteAttribute(queueUrl: string, attribute: "Policy" | "RedriveAllowPolicy"): void {
    const queue = this.at(queueUrl);
    delete queue.attributes[attribute];
    queue.setAttributes({});
  }

  #checkRedrive(arn: string, attributes: Readonly<Record<string, string>>): void {
    const { RedrivePolicy } = attributes;
    if (RedrivePolicy === undefined) return;
    const refused = (reason: string) =>
      new AwsError(
        "InvalidParameterValue",
        400,
        `Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
      );
    const parsed = v.safeParse(redrivePolicy, RedrivePolicy);
    if (!parsed.success) throw refused(parsed.issues[0].message);
    const target = this.findByArn(parsed.output.deadLetterTargetArn);
    const reason = redriveRefusal(
      { arn, fifo: attributes.FifoQueue === "true" },
      target && { fifo: target.isFifo(), redriveAllowPolicy: target.attributes.RedriveAllowPolicy },
    );
    if (reason !== undefined) throw refused(reason);
  }
}

function noQueue(): AwsError {
  return new AwsError("QueueDoesNotExist", 400, "The specified queue does not exist.");
}
