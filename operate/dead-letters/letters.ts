import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { OperateError } from "../operate-error.ts";

/** A message that its worker could not finish, or not read. */
export interface Letter {
  readonly messageId: string;
  readonly groupId: string | undefined;
  readonly body: string;
  /** ISO 8601: when it came into the queue of dead letters. */
  readonly since: string;
  readonly receiptHandle: string;
  readonly attributes: Message["MessageAttributes"];
  /** X-Ray's: in which trace began what it asks for. */
  readonly traceHeader: string | undefined;
}

/** Seconds for which letters that are looked at are hidden from everybody else. */
const hiddenFor = 300;

/** How many there are, as far as SQS knows: those that wait, and those that somebody is looking at. */
export async function countLetters(
  sqs: SQSClient,
  url: string,
): Promise<{ readonly waiting: number; readonly inSight: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inSight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

/** The one queue whose dead letters these are. Throws OperateError when there is none, or more than one. */
export async function sourceOf(sqs: SQSClient, url: string): Promise<string> {
  const { queueUrls = [] } = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: url }));
  const [source, ...others] = queueUrls;
  if (source === undefined) throw new OperateError(`no queue has its dead letters in ${url}`);
  if (others.length > 0)
    throw new OperateError(`${queueUrls.length} queues have their dead letters in ${url}`);
  return source;
}

/** At most ten letters, the oldest of each group first; none when there are no more to be had. */
export async function takeLetters(sqs: SQSClient, url: string, most: number): Promise<readonly Letter[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: Math.min(most, 10),
      VisibilityTimeout: hiddenFor,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ["MessageGroupId", "SentTimestamp", "AWSTraceHeader"],
      MessageAttributeNames: ["All"],
    }),
  );
  return Messages.map((message) => ({
    messageId: message.MessageId ?? "",
    groupId: message.Attributes?.MessageGroupId,
    body: message.Body ?? "",
    since: new Date(Number(message.Attributes?.SentTimestamp ?? 0)).toISOString(),
    receiptHandle: message.ReceiptHandle ?? "",
    attributes: message.MessageAttributes,
    traceHeader: message.Attributes?.AWSTraceHeader,
  }));
}

/** Lets others see it again at once. */
export async function releaseLetter(sqs: SQSClient, url: string, { receiptHandle }: Letter): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: url,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: 0,
    }),
  );
}

/**
 * Puts a letter behind what waits in the queue that it came from, in the same message group, and removes it here when
 * that is durable. A crash between leaves it in both; within five minutes SQS then takes the second for the first.
 */
export async function redriveLetter(
  sqs: SQSClient,
  { url, source }: { readonly url: string; readonly source: string },
  { messageId, groupId, body, receiptHandle, attributes, traceHeader }: Letter,
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: source,
      MessageBody: body,
      ...(attributes && { MessageAttributes: attributes }),
      ...(traceHeader !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } },
      }),
      ...(groupId !== undefined && {
        MessageGroupId: groupId,
        // Not the first one: what died within five minutes would be taken for what was sent then.
        MessageDeduplicationId: createHash("sha256").update(`redrive#${messageId}`).digest("hex"),
      }),
    }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }));
}
