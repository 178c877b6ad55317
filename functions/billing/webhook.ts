import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure } from "../shared/failure.ts";
import { readJson } from "../shared/read-json.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { type Telemetry, telemetry } from "../shared/telemetry.ts";
import { type BillingEvents, readBillingEvent, sqsBillingEvents } from "./billing-event.ts";
import { secretReader } from "./secrets.ts";
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

export interface Environment {
  readonly EVENTS_QUEUE_URL: string;
  /** JSON array of the ARNs of the signing secrets: during a rotation the old and the new one. */
  readonly WEBHOOK_SECRET_ARNS: string;
}

export const handler = onFirstCall(() => {
  const { EVENTS_QUEUE_URL, WEBHOOK_SECRET_ARNS } = readEnvironment<Environment>({
    EVENTS_QUEUE_URL: "required",
    WEBHOOK_SECRET_ARNS: "required",
  });
  const arns = readJson("WEBHOOK_SECRET_ARNS", WEBHOOK_SECRET_ARNS, v.array(v.string()));
  const secrets = secretReader(new SecretsManagerClient(clientDefaults), resilient("secrets"), Date.now);
  return takeWebhook({
    secrets: () => Promise.all(arns.map(secrets.read)),
    events: sqsBillingEvents(new SQSClient(clientDefaults), EVENTS_QUEUE_URL, resilient("sqs")),
    telemetry: telemetry("webhook"),
    now: Date.now,
  });
});
