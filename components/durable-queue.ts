import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { InlineFunction } from "./inline-function.ts";
import { accountOf, policyDocument } from "./policy-document.ts";

export interface DurableQueueArgs {
  /** First in, first out within a message group. Default false. */
  readonly fifo?: boolean;
  /** Seconds a received message stays hidden. At least 6 × the timeout of its consumer. Default 60. */
  readonly visibilityTimeout?: number;
  /** Seconds an unread message is kept. Default 4 days; its dead letters are kept 14 days. */
  readonly retention?: number;
  /** Receives before a message is a dead letter. Default 5. */
  readonly maxReceiveCount?: number;
}

const day = 24 * 60 * 60;

/**
 * An SQS queue that loses nothing silently: encrypted, TLS only, closed to other accounts, with a
 * dead-letter queue that only it may feed.
 */
export class DurableQueue extends pulumi.ComponentResource {
  readonly logicalName: string;
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  readonly url: pulumi.Output<string>;
  readonly deadLettersUrl: pulumi.Output<string>;
  /** Receives before a message is a dead letter. */
  readonly maxReceiveCount: number;
  readonly #visibilityTimeout: number;

  constructor(name: string, args: DurableQueueArgs = {}, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:DurableQueue", name, {}, options);
    const parent = { parent: this };
    this.logicalName = name;
    this.#visibilityTimeout = args.visibilityTimeout ?? 60;
    this.maxReceiveCount = args.maxReceiveCount ?? 5;
    const common = { sqsManagedSseEnabled: true, ...(args.fifo && { fifoQueue: true }) };

    this.deadLetters = new sqs.Queue(
      `${name}-dead-letters`,
      { ...common, messageRetentionSeconds: 14 * day },
      parent,
    );
    this.queue = new sqs.Queue(
      name,
      {
        ...common,
        visibilityTimeoutSeconds: this.#visibilityTimeout,
        messageRetentionSeconds: args.retention ?? 4 * day,
        receiveWaitTimeSeconds: 20,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.arn,
          maxReceiveCount: this.maxReceiveCount,
        }),
        ...(args.fifo && { deduplicationScope: "messageGroup", fifoThroughputLimit: "perMessageGroupId" }),
      },
      parent,
    );
    new sqs.RedriveAllowPolicy(
      `${name}-dead-letters`,
      {
        queueUrl: this.deadLetters.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [this.queue.arn],
        }),
      },
      parent,
    );
    for (const [queueName, queue] of [
      [name, this.queue],
      [`${name}-dead-letters`, this.deadLetters],
    ] as const) {
      new sqs.QueuePolicy(queueName, { queueUrl: queue.url, policy: closedQueue(queue.arn) }, parent);
    }
    this.url = this.queue.url;
    this.deadLettersUrl = this.deadLetters.url;
    this.registerOutputs({ url: this.url, deadLettersUrl: this.deadLettersUrl });
  }

  /** SendMessage. */
  grantSend(sender: InlineFunction): void {
    sender.grant(`send-${this.logicalName}`, { actions: ["sqs:SendMessage"], resources: [this.queue.arn] });
  }

  /**
   * Feeds the queue's messages to the function, at most 10 at a time, and lets it postpone one that is
   * not due yet. A batch may fail in part. Throws when the visibility timeout is below 6 × the
   * function's timeout, the least that AWS advises
   * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
   */
  consumeWith(consumer: InlineFunction): lambda.EventSourceMapping {
    if (this.#visibilityTimeout < 6 * consumer.timeout) {
      throw new Error(
        `DurableQueue ${this.logicalName}: visibilityTimeout is ${this.#visibilityTimeout} s; its consumer's timeout of ${consumer.timeout} s asks for at least ${6 * consumer.timeout} s`,
      );
    }
    const grant = consumer.grant(`consume-${this.logicalName}`, {
      actions: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      resources: [this.queue.arn],
    });
    return new lambda.EventSourceMapping(
      this.logicalName,
      {
        eventSourceArn: this.queue.arn,
        functionName: consumer.function.name,
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: 10 },
      },
      { parent: this, dependsOn: [grant] },
    );
  }
}

function closedQueue(arn: pulumi.Output<string>): pulumi.Output<string> {
  const deny = { Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: arn };
  return policyDocument([
    { Sid: "TlsOnly", ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    {
      Sid: "OwnAccountOnly",
      ...deny,
      Condition: { StringNotEquals: { "aws:PrincipalAccount": accountOf(arn) } },
    },
  ]);
}
