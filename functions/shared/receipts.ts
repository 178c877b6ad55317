import { ChangeMessageVisibilityCommand, type SQSClient } from "./aws/sqs.ts";
import type { Resilient } from "./resilience.ts";

/** What a worker does with a message that it could not finish yet. */
export interface Receipts {
  /** The message is received again after so many seconds. */
  postpone(receiptHandle: string, seconds: number): Promise<void>;
}

export const sqsReceipts = (client: SQSClient, queueUrl: string, resilient: Resilient): Receipts => ({
  postpone: async (receiptHandle, seconds) => {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});
