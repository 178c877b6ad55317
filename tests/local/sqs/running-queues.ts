import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createQueues } from "../../../local/sqs/create-queues.ts";
import type { Queues } from "../../../local/sqs/queues.ts";
import { sqsClient } from "../endpoint/unsigned-clients.ts";

/** Epoch milliseconds at the start of each test. */
export const start = 1_800_000_000_000;

/** The queues of one test, on a clock that only the test moves, and the unmodified SDK to call them with. */
export interface RunningQueues {
  clock: AdvanceableClock;
  queues: Queues;
  client: SQSClient;
  /** What queue URLs begin with. */
  url: string;
}

/** Gives each test of a file queues of its own, in memory. */
export function queuesForEachTest(): RunningQueues {
  const running = {} as RunningQueues;
  let closeClient: () => Promise<void>;
  beforeEach(async () => {
    running.clock = new AdvanceableClock(() => start);
    const { client, url, close } = await sqsClient(() => running.queues);
    closeClient = close;
    const queues = await createQueues({ clock: running.clock, baseUrl: () => url });
    Object.assign(running, { client, url, queues });
  });
  afterEach(async () => {
    await closeClient();
    await running.queues.stop();
  });
  return running;
}

export const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

/** Makes the queue, a FIFO one when its name says so, and returns its URL. */
export const putQueue = ({ queues }: RunningQueues, name: string, attributes: Record<string, string> = {}) =>
  queues.putQueue({
    name,
    arn: arnOf(name),
    attributes: { ...(name.endsWith(".fifo") && { FifoQueue: "true" }), ...attributes },
  });

let ids = 0;
export const send = (
  { client }: RunningQueues,
  QueueUrl: string,
  MessageBody: string,
  more: Partial<SendMessageCommandInput> = {},
) =>
  client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody,
      ...(QueueUrl.endsWith(".fifo") && { MessageGroupId: "g", MessageDeduplicationId: `id-${ids++}` }),
      ...more,
    }),
  );

/** Up to ten messages. */
export const receive = async (
  { client }: RunningQueues,
  QueueUrl: string,
  more: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return (await client.send(command)).Messages ?? [];
};

export const remove = ({ client }: RunningQueues, QueueUrl: string, ReceiptHandle: string) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

export const bodies = (messages: Message[]) => messages.map((message) => message.Body);
export const handleOf = (messages: Message[], index = 0) => messages[index]?.ReceiptHandle ?? "";
