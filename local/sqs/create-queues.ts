import { account, localArn } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import { openMessageStore } from "./message-store.ts";
import { QueueOperations } from "./queue-operations.ts";
import { QueueRegistry } from "./queue-registry.ts";
import { queueNameOf } from "./queue-url.ts";
import type { QueueConfiguration, Queues } from "./queues.ts";
import { knownOperation, type Operation, parseRequest } from "./requests.ts";

export interface QueuesOptions {
  readonly clock: Clock;
  /** The folder that keeps queues and messages; without it they are gone at `stop`. */
  readonly path?: string;
  /** The address that queue URLs begin with, such as `http://127.0.0.1:4566`; asked whenever a URL is given. */
  readonly baseUrl: () => string;
}

/**
 * SQS of the local cloud, over the JSON protocol: send, receive, delete and change visibility, one or a batch;
 * GetQueueUrl, GetQueueAttributes, ListQueues, ListDeadLetterSourceQueues and PurgeQueue. Any other operation is
 * an UnsupportedOperation: queues are made by the program, and message move tasks are not implemented. Visibility,
 * delays, retention, deduplication and long polls run on the clock.
 *
 * A message has up to 1 MiB
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html). Not
 * implemented: receive attempt ids, tags.
 *
 * Rejects when the folder cannot be used.
 */
export async function createQueues(options: QueuesOptions): Promise<Queues> {
  return new LocalQueues(options, openMessageStore(options.path));
}

class LocalQueues implements Queues {
  readonly #registry: QueueRegistry;
  readonly #operations: QueueOperations;
  readonly #close: () => void;
  #stopped = false;

  constructor({ clock, baseUrl }: QueuesOptions, store: ReturnType<typeof openMessageStore>) {
    this.#close = store.close;
    this.#registry = new QueueRegistry(store.queues, () => `${baseUrl()}/${account.id}`);
    this.#operations = new QueueOperations(this.#registry, clock);
  }

  async putQueue(configuration: QueueConfiguration): Promise<string> {
    return this.#registry.put(configuration);
  }

  async deleteQueue(name: string): Promise<void> {
    this.#registry.delete(name);
    this.#operations.wake(name);
  }

  async attributes(queueUrl: string): Promise<Readonly<Record<string, string>> | undefined> {
    return this.#registry.find(queueNameOf(queueUrl))?.attributes;
  }

  async putQueuePolicy(queueUrl: string, policy: string): Promise<void> {
    this.#registry.putPolicy(queueUrl, policy);
  }

  async deleteQueuePolicy(queueUrl: string): Promise<void> {
    this.#registry.deleteAttribute(queueUrl, "Policy");
  }

  async putRedriveAllowPolicy(queueUrl: string, policy: string): Promise<void> {
    this.#registry.putRedriveAllowPolicy(queueUrl, policy);
  }

  async deleteRedriveAllowPolicy(queueUrl: string): Promise<void> {
    this.#registry.deleteAttribute(queueUrl, "RedriveAllowPolicy");
  }

  async handle(operation: string, request: unknown): Promise<{ status: number; body: string }> {
    if (this.#stopped) throw new AwsError("ServiceUnavailable", 503, "The local cloud is stopping");
    const body = await this.#operations.run(knownOperation(operation), request);
    return { status: 200, body: JSON.stringify(body) };
  }

  accessOf(operation: string, request: unknown): ReturnType<Queues["accessOf"]> {
    const known = knownOperation(operation);
    const action = `sqs:${actionOf(known)}`;
    if (known === "ListQueues") return { action, resource: "*", resourcePolicies: [] };
    const name =
      known === "GetQueueUrl"
        ? parseRequest(known, request).QueueName
        : queueNameOf((parseRequest(known, request) as { QueueUrl: string }).QueueUrl);
    const queue = this.#registry.find(name);
    const policy = queue?.attributes.Policy;
    return {
      action,
      resource: queue?.arn ?? localArn("sqs", name),
      resourcePolicies: policy === undefined ? [] : [policy],
    };
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#operations.end();
    this.#close();
  }
}

/** A batch needs the permission of its single operation: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
function actionOf(operation: Operation): string {
  return operation.replace(/Batch$/, "");
}
