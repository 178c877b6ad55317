import * as v from "valibot";
import { SendMessageCommand, type SQSClient } from "../../shared/aws/sqs.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { stripeId } from "../stripe/stripe-id.ts";

const epochSeconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const eventType = v.pipe(v.string(), v.regex(/^[a-z0-9_.]{1,80}$/));

/** What the queue says of an event of Stripe's: who it is about, never what it says. */
export const billingEvent = v.strictObject({
  v: v.literal(1),
  eventId: stripeId,
  type: eventType,
  /** Epoch seconds. */
  created: epochSeconds,
  objectId: stripeId,
  /** Absent when the event does not say it. */
  customerId: v.optional(stripeId),
  livemode: v.boolean(),
  thin: v.boolean(),
});
export type BillingEvent = v.InferOutput<typeof billingEvent>;

const snapshot = v.object({
  object: v.literal("event"),
  id: stripeId,
  type: eventType,
  created: epochSeconds,
  livemode: v.boolean(),
  data: v.object({
    object: v.object({
      id: v.optional(stripeId),
      object: v.optional(v.string()),
      customer: v.optional(v.nullable(v.union([stripeId, v.object({ id: stripeId })]))),
    }),
  }),
});

const thin = v.object({
  object: v.literal("v2.core.event"),
  id: stripeId,
  type: eventType,
  created: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((text) => Math.floor(Date.parse(text) / 1000)),
  ),
  livemode: v.boolean(),
  related_object: v.optional(v.nullable(v.object({ id: stripeId }))),
});

const event = v.variant("object", [snapshot, thin]);

/** Reads a snapshot or thin event's JSON. Undefined when it is neither. */
export function readBillingEvent(text: string): BillingEvent | undefined {
  try {
    return billingEventOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The same of an event that is parsed already. */
export function billingEventOf(value: unknown): BillingEvent | undefined {
  const parsed = v.safeParse(event, value);
  if (!parsed.success) return undefined;
  const { id: eventId, type, created, livemode } = parsed.output;
  const base = { v: 1, eventId, type, created, livemode } as const;
  if (parsed.output.object === "v2.core.event") {
    const objectId = parsed.output.related_object?.id ?? eventId;
    return { ...base, objectId, ...(isCustomer(objectId) && { customerId: objectId }), thin: true };
  }
  const { id: objectId = eventId, object, customer } = parsed.output.data.object;
  const named = typeof customer === "string" ? customer : customer?.id;
  const customerId = object === "customer" ? objectId : named;
  return { ...base, objectId, ...(customerId !== undefined && { customerId }), thin: false };
}

const isCustomer = (id: string): boolean => id.startsWith("cus_");

export interface BillingEvents {
  /** Durable when it resolves. What concerns one customer keeps its order; an event is queued once in five minutes. */
  send(event: BillingEvent): Promise<void>;
}

/** The FIFO queue. */
export const sqsBillingEvents = (
  client: SQSClient,
  queueUrl: string,
  resilient: Resilient,
): BillingEvents => ({
  send: async (message) => {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(message),
      MessageGroupId: message.customerId ?? message.objectId,
      MessageDeduplicationId: message.eventId,
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});
