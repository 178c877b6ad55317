import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { account } from "../../account.ts";
import { recordOf } from "../../record-of.ts";

/** What the poller needs of a ReceiveMessage answer. */
export const receiveMessageResult = v.object({
  Messages: v.nullish(
    v.array(
      v.object({
        MessageId: v.string(),
        ReceiptHandle: v.string(),
        Body: v.string(),
        MD5OfBody: v.string(),
        MD5OfMessageAttributes: v.optional(v.string()),
        Attributes: v.optional(recordOf(v.string(), v.string()), {}),
        MessageAttributes: v.optional(
          recordOf(
            v.string(),
            v.object({
              DataType: v.string(),
              StringValue: v.nullish(v.string()),
              BinaryValue: v.nullish(v.string()),
            }),
          ),
          {},
        ),
      }),
    ),
  ),
});

export type ReceivedMessage = NonNullable<v.InferOutput<typeof receiveMessageResult>["Messages"]>[number];

/** An SQSEvent, with whatever system attributes the queue gave. */
export interface BatchEvent {
  readonly Records: readonly (Omit<SQSRecord, "attributes"> & {
    readonly attributes: Readonly<Record<string, string>>;
  })[];
}

/** The event of a batch (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event). */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): BatchEvent {
  return { Records: messages.map((message) => sqsRecord(message, queueArn)) };
}

function sqsRecord(message: ReceivedMessage, queueArn: string): BatchEvent["Records"][number] {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: attributesOf(message),
    ...(message.MD5OfMessageAttributes !== undefined && {
      md5OfMessageAttributes: message.MD5OfMessageAttributes,
    }),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: account.region,
  };
}

function attributesOf({ MessageAttributes }: ReceivedMessage): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue != null && { stringValue: StringValue }),
        ...(BinaryValue != null && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
