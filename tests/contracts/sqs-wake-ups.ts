import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import type { SQSClient as FunctionsSQSClient } from "../../functions/shared/aws/sqs.ts";
import { sqsReceipts } from "../../functions/shared/receipts.ts";
import { sqsWakeUps, wakeUp } from "../../functions/signaling/wake-ups.ts";
import { straight } from "../functions/straight.ts";
import type { OpenedWakeUps } from "./wake-ups.ts";

/** The queue at that URL, as the worker's event source mapping reads it. `functions` is the functions' own client. */
export function queueOf(
  client: SQSClient,
  functions: FunctionsSQSClient,
  QueueUrl: string,
): Omit<OpenedWakeUps, "close"> {
  return {
    wakeUps: sqsWakeUps(functions, QueueUrl, straight),
    receipts: sqsReceipts(functions, QueueUrl, straight),
    receive: async () => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 60,
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
      );
      return Messages.map(({ Body = "", ReceiptHandle = "", Attributes }) => ({
        message: v.parse(wakeUp, JSON.parse(Body)),
        receiptHandle: ReceiptHandle,
        receiveCount: Number(Attributes?.ApproximateReceiveCount),
        finish: async () => {
          await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        },
      }));
    },
  };
}
