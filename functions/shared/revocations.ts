import * as v from "valibot";
import { SendMessageCommand, type SQSClient } from "./aws/sqs.ts";
import { sha256 } from "./digest.ts";
import type { Resilient } from "./resilience.ts";

/**
 * A user's access may have ended. Only a hint: who gets it reads the customer's row. `version` is the row's,
 * `cause` what made somebody look: the id of Stripe's event, or `checkout_return`, `reconcile`, `review`, `sweep`.
 */
export const revocation = v.strictObject({
  v: v.literal(1),
  user: v.pipe(v.string(), v.includes("#")),
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  cause: v.string(),
});
export type Revocation = v.InferOutput<typeof revocation>;

/** Where the end of a user's access is told to those who close sockets. */
export interface Revocations {
  /** Durable when it resolves. The same `id` of a user is queued once. */
  send(message: Omit<Revocation, "v">, id: string): Promise<void>;
}

/** The FIFO queue, one message group a user. */
export const sqsRevocations = (client: SQSClient, queueUrl: string, resilient: Resilient): Revocations => ({
  send: async (message, id) => {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ v: 1, ...message } satisfies Revocation),
      MessageGroupId: sha256(message.user),
      MessageDeduplicationId: sha256(`${message.user}#${id}`),
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});
