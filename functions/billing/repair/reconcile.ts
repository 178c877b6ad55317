import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { isRetryable } from "../../shared/failure.ts";
import { readContext } from "../../shared/lambda-context.ts";
import { readJson } from "../../shared/read-json.ts";
import { clientDefaults, resilient } from "../../shared/resilience.ts";
import { secretReader } from "../../shared/secrets.ts";
import { type Telemetry, telemetry } from "../../shared/telemetry.ts";
import { traced } from "../../shared/tracing/traced-client.ts";
import { accessPolicy } from "../access/access-policy.ts";
import { plans } from "../access/plans.ts";
import { dynamoCustomers } from "../projection/customers.ts";
import { resilientStripe, stripeCircuit, stripeClient } from "../stripe/stripe-client.ts";
import { sqsBillingEvents } from "../webhook/billing-event.ts";
import { dynamoReconcilerProgress } from "./reconciler-progress.ts";
import { beginRun, type RunPorts } from "./reconciler-run.ts";
import { sqsRefreshRequests } from "./refresh-request.ts";
import { refreshUndelivered } from "./refresh-undelivered.ts";
import { type StripeLists, stripeLists } from "./stripe-lists.ts";
import { walkSubscriptions } from "./walk-subscriptions.ts";

export interface ReconcilePorts extends Omit<RunPorts, "lists"> {
  /** `remaining` tells the milliseconds that requests to Stripe may take. */
  readonly listsFor: (remaining: () => number) => Promise<StripeLists>;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Milliseconds that Stripe may take for one page: a hundred subscriptions, each with its customer and its invoice. */
const listTime = 20_000;
/** What is kept for our own calls after that. */
const ownTime = 12_000;

/**
 * Mends what webhooks missed: first by the events that could not be delivered, then by comparing all of Stripe's
 * subscriptions with the customers' rows. It writes no customer's row, but queues who is to be read anew, and saves how
 * far it has come when that is durable. So a crash at any step repeats and skips nothing, and two runs at once do no
 * harm. Throws the first fault when what could be done is saved, so that Lambda counts the run as failed; the next one
 * goes on from the same place.
 */
export const reconcile = (ports: ReconcilePorts) => {
  return (_event: unknown, context?: unknown): Promise<void> =>
    ports.telemetry.observe("reconciliation", async (line) => {
      const { requestId, remaining } = readContext(context);
      line.add({ outcome: "reconciled", ...(requestId !== undefined && { requestId }) });
      const lists = await ports.listsFor(() => remaining() - ownTime);
      const isLate = () => remaining() < listTime + ownTime;
      const run = await beginRun({ ...ports, lists }, Math.floor(ports.now() / 1_000), isLate);
      for (const step of [refreshUndelivered, walkSubscriptions]) {
        try {
          const end = await step(run);
          if (end !== "done") line.add({ code: end });
          if (end === "other_run") break;
        } catch (error) {
          run.faults.push(error);
          // Who is down, or asks for patience, is not asked again.
          if (isRetryable(error)) break;
        }
      }
      line.add(run.counts);
      if (run.faults.length > 0) throw run.faults[0];
    });
};

export interface Environment {
  readonly CUSTOMERS_TABLE: string;
  readonly EVENTS_QUEUE_URL: string;
  readonly STRIPE_KEY_ARN: string;
  /** Where the fake of Stripe is; empty at Stripe. */
  readonly STRIPE_API_URL: string;
  /** JSON of what is sold, and of what the seller decides. */
  readonly PLANS: string;
  readonly ACCESS: string;
}

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    CUSTOMERS_TABLE: "required",
    EVENTS_QUEUE_URL: "required",
    STRIPE_KEY_ARN: "required",
    STRIPE_API_URL: "empty",
    PLANS: "required",
    ACCESS: "required",
  });
  const dynamodb = traced(new DynamoDBClient(clientDefaults));
  const guarded = resilient("dynamodb");
  const secrets = secretReader(
    traced(new SecretsManagerClient(clientDefaults)),
    resilient("secrets"),
    Date.now,
  );
  const circuit = stripeCircuit();
  const sqs = traced(new SQSClient(clientDefaults));
  const queueing = resilient("sqs");
  return reconcile({
    progress: dynamoReconcilerProgress(dynamodb, environment.CUSTOMERS_TABLE, guarded),
    customers: dynamoCustomers(dynamodb, environment.CUSTOMERS_TABLE, guarded),
    requests: sqsRefreshRequests(sqs, environment.EVENTS_QUEUE_URL, queueing),
    events: sqsBillingEvents(sqs, environment.EVENTS_QUEUE_URL, queueing),
    listsFor: async (remaining) => {
      const key = await secrets.read(environment.STRIPE_KEY_ARN);
      return stripeLists(
        stripeClient(key, environment.STRIPE_API_URL),
        resilientStripe(circuit, { remaining, attempt: listTime }),
      );
    },
    plans: readJson("PLANS", environment.PLANS, plans),
    access: readJson("ACCESS", environment.ACCESS, accessPolicy),
    telemetry: telemetry("reconcile"),
    now: Date.now,
  });
});
