import { createHmac } from "node:crypto";
import type { BillingEvent } from "../../../../functions/billing/webhook/billing-event.ts";
import { takeWebhook, type WebhookAnswer } from "../../../../functions/billing/webhook/webhook.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";

/** Epoch seconds at which the tests' webhooks come. */
export const now = 1_800_000_000;
export const secret = "whsec_current";
export const oldSecret = "whsec_old";

export const subscriptionUpdated = JSON.stringify({
  id: "evt_1",
  object: "event",
  api_version: "2026-10-28.endive",
  created: now - 1,
  data: { object: { id: "sub_1", object: "subscription", customer: "cus_1", status: "active" } },
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type: "customer.subscription.updated",
});

export const digestOf = (body: string | Buffer, key = secret, time: number | string = now): string =>
  createHmac("sha256", key).update(`${time}.`).update(body).digest("hex");

export const signed = (body: string | Buffer, key = secret, time = now): string =>
  `t=${time},v1=${digestOf(body, key, time)}`;

export interface Sent {
  readonly body?: string | null;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null;
  readonly isBase64Encoded?: boolean;
}

/** The handler's story over a queue in memory that may fail. */
export function webhookWorld(fault?: Error) {
  const queued: BillingEvent[] = [];
  const recorded = recordedTelemetry("webhook");
  const take = takeWebhook({
    secrets: async () => [secret, oldSecret],
    events: {
      send: async (event) => {
        if (fault) throw fault;
        queued.push(event);
      },
    },
    telemetry: recorded.telemetry,
    now: () => now * 1000,
  });
  return {
    queued,
    recorded,
    receive: (sent: Sent): Promise<WebhookAnswer> => take({ ...sent, requestContext: { requestId: "r-1" } }),
  };
}
