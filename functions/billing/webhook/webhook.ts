import * as v from "valibot";
import { SecretsManagerClient } from "../../shared/aws/secrets-manager.ts";
import { SQSClient } from "../../shared/aws/sqs.ts";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { readJson } from "../../shared/read-json.ts";
import { resilient } from "../../shared/resilience.ts";
import { secretReader } from "../../shared/secrets.ts";
import { type Telemetry, telemetry } from "../../shared/telemetry.ts";
import type { WebhookTaken } from "../callers/answers.ts";
import { explainFailure } from "../callers/explain-failure.ts";
import { type ProblemCode, problem, type webhookProblems } from "../callers/problems.ts";
import { type BillingEvents, readBillingEvent, sqsBillingEvents } from "./billing-event.ts";
import { effectOf } from "./webhook-events.ts";
import { readWebhookRequest } from "./webhook-request.ts";
import { checkSignature } from "./webhook-signature.ts";

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

type WebhookRefusal = keyof typeof webhookProblems;

/**
 * `POST /stripe/webhook`: takes an event that Stripe signed. 200 when it is durably queued, or is of a type that we
 * do not use; 400 or 413 when it is not Stripe's, too old or unreadable; 503 or 500 when it could not be queued, so
 * that Stripe sends it again. It does nothing else: it makes one AWS call, and writes no row.
 */
export const takeWebhook = (ports: WebhookPorts) => {
  return (event: unknown): Promise<WebhookAnswer> =>
    ports.telemetry.observe("webhook", async (line) => {
      const { requestId, signature, body } = readWebhookRequest(event);
      line.add({ requestId });
      const refuse = (code: WebhookRefusal): WebhookAnswer => {
        line.add({ outcome: "refused", code });
        return refused(code, requestId);
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
          return taken;
        }
        await ports.events.send(message);
        line.add({ outcome: "queued" });
        return taken;
      } catch (error) {
        line.fail(error);
        return refused(explainFailure(error).code, requestId);
      }
    });
};

const answer = (statusCode: number, contentType: string, body: unknown): WebhookAnswer => ({
  statusCode,
  headers: { "Content-Type": contentType, "Cache-Control": "no-store" },
  body: JSON.stringify(body),
});

const received: WebhookTaken = { received: true };
const taken = answer(200, "application/json", received);

function refused(code: ProblemCode, requestId: string): WebhookAnswer {
  const { status, body } = problem(code, requestId);
  return answer(status, "application/problem+json", body);
}

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
  const secrets = secretReader(new SecretsManagerClient(), resilient("secrets"), Date.now);
  return takeWebhook({
    secrets: () => Promise.all(arns.map(secrets.read)),
    events: sqsBillingEvents(new SQSClient(), EVENTS_QUEUE_URL, resilient("sqs")),
    telemetry: telemetry("webhook"),
    now: Date.now,
  });
});
