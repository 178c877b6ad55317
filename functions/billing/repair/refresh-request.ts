import * as v from "valibot";
import { SendMessageCommand, type SQSClient } from "../../shared/aws/sqs.ts";
import { sha256 } from "../../shared/digest.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { stripeId } from "../stripe/stripe-id.ts";

/** What the queue of Stripe's events says when none of them is why a customer is to be read anew. */
export const refreshRequest = v.strictObject({
  v: v.literal(1),
  /** `review`: the time of the customer's access is over. `reconcile`: the row is not what Stripe says. */
  cause: v.picklist(["review", "reconcile"]),
  customerId: stripeId,
});
export type RefreshRequest = v.InferOutput<typeof refreshRequest>;

export interface RefreshRequests {
  /** Durable when it resolves. It stands behind what is queued of the same customer; an `id` is queued once in five minutes. */
  send(request: RefreshRequest, id: string): Promise<void>;
}

/** The FIFO queue of Stripe's events. */
export const sqsRefreshRequests = (
  client: SQSClient,
  queueUrl: string,
  resilient: Resilient,
): RefreshRequests => ({
  send: async (request, id) => {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(request),
      MessageGroupId: request.customerId,
      MessageDeduplicationId: sha256(`${request.cause}#${request.customerId}#${id}`),
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});
