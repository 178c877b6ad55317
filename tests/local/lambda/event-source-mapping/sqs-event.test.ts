import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { receiveMessageResult, sqsEvent } from "../../../../local/lambda/event-source-mapping/sqs-event.ts";

const queueArn = "arn:aws:sqs:us-east-1:000000000000:deliveries.fifo";

test("a received message becomes a record as AWS sends it", () => {
  const received = v.parse(receiveMessageResult, {
    Messages: [
      {
        MessageId: "id-1",
        ReceiptHandle: "handle-1",
        Body: "offer",
        MD5OfBody: "md5-body",
        MD5OfMessageAttributes: "md5-attributes",
        Attributes: { ApproximateReceiveCount: "1", MessageGroupId: "peer" },
        MessageAttributes: {
          trace: { DataType: "String", StringValue: "t-1" },
          raw: { DataType: "Binary", BinaryValue: "AAE=" },
        },
      },
    ],
  });
  expect(sqsEvent(received.Messages ?? [], queueArn)).toEqual({
    Records: [
      {
        messageId: "id-1",
        receiptHandle: "handle-1",
        body: "offer",
        attributes: { ApproximateReceiveCount: "1", MessageGroupId: "peer" },
        messageAttributes: {
          trace: { stringValue: "t-1", stringListValues: [], binaryListValues: [], dataType: "String" },
          raw: { binaryValue: "AAE=", stringListValues: [], binaryListValues: [], dataType: "Binary" },
        },
        md5OfBody: "md5-body",
        md5OfMessageAttributes: "md5-attributes",
        eventSource: "aws:sqs",
        eventSourceARN: queueArn,
        awsRegion: "us-east-1",
      },
    ],
  });
});

test("a message without attributes has an empty object of them, and no digest of them", () => {
  const message = { MessageId: "id", ReceiptHandle: "handle", Body: "", MD5OfBody: "md5" };
  const received = v.parse(receiveMessageResult, { Messages: [message] });
  const [record] = sqsEvent(received.Messages ?? [], queueArn).Records;
  expect(record).toMatchObject({ attributes: {}, messageAttributes: {} });
  expect(record).not.toHaveProperty("md5OfMessageAttributes");
});
