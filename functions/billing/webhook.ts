import { Failure } from "../shared/failure.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import { type BillingEvents, readBillingEvent } from "./billing-event.ts";
import { effectOf } from "./webhook-events.ts";
import { readWebhookRequest } from "./webhook-request.ts";
import { checkSignature, type SignatureRefusal } from "./webhook-signature.ts";

export interface WebhookPorts {
  /** The signing secrets that are good now, old and new. */
  readonly secrets: () => Promise<readonly string[]>;
  readonly events: BillingEvents;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface WebhookAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bytes of the largest body that is read. */
export const largestWebhook = 262_144;

type WebhookRefusal = SignatureRefusal | "webhook_too_large" | "webhook_malformed";

/** Every reason for which a webhook is not taken, with its status. Stripe sends again what gets no 2xx. */
export const webhookRefusals: Readonly<Record<WebhookRefusal, number>> = {
  signature_missing: 400,
  signature_malformed: 400,
  signature_wrong: 400,
  signature_stale: 400,
  signature_early: 400,
  webhook_too_large: 413,
  webhook_malformed: 400,
};

/**
 * `POST /stripe/webhook`: takes an event that Stripe signed. 200 when it is durably queued, or is of a type that we
 * do not use; 400 or 413 when it is not Stripe's, too old or unreadable; 503 when it could not be queued, so that
 * Stripe sends it again. It does nothing else: it makes one AWS call, and writes no row.
 */
export const takeWebhook = (ports: WebhookPorts) => {
  return (event: unknown): Promise<WebhookAnswer> =>
    ports.telemetry.observe("webhook", async (line) => {
      const { requestId, signature, body } = readWebhookRequest(event);
      line.add({ requestId });
      const refuse = (code: WebhookRefusal): WebhookAnswer => {
        line.add({ outcome: "refused", code });
        return answer(webhookRefusals[code], { code, requestId });
      };
      try {
        if (body.byteLength > largestWebhook) return refuse("webhook_too_large");
        const secrets = await ports.secrets();
        const checked = checkSignature(body, signature, secrets, Math.floor(ports.now() / 1000));
        if (checked.kind === "refused") return refuse(checked.code);
        const message = readBillingEvent(body.toString("utf8"));
        if (!message) return refuse("webhook_malformed");
        line.add({ stripeEventId: message.eventId, stripeType: message.type });
        if (effectOf(message.type) === undefined) {
          line.add({ outcome: "ignored", code: "type_unused" });
          return answer(200, { received: true });
        }
        await ports.events.send(message);
        line.add({ outcome: "queued" });
        return answer(200, { received: true });
      } catch (error) {
        line.fail(error);
        const code = error instanceof Failure ? error.code : "internal";
        return answer(503, { code, requestId });
      }
    });
};

const answer = (statusCode: number, body: unknown): WebhookAnswer => ({
  statusCode,
  headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
  body: JSON.stringify(body),
});
