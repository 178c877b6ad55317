import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { isRetryable } from "../../shared/failure.ts";
import { readContext } from "../../shared/lambda-context.ts";
import { type Telemetry, telemetry } from "../../shared/telemetry.ts";
import { type MirrorEnvironment, mirrorParts, mirrorVariables } from "../projection/mirror-parts.ts";
import { sqsBillingEvents } from "../webhook/billing-event.ts";
import { findMatters } from "./find-matters.ts";
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
 * Mends what webhooks missed: first by the events that could not be delivered, then by money that went back unheard,
 * then by comparing all of Stripe's subscriptions with the customers' rows. It writes no customer's row, but queues who is to be read anew, and saves how
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
      for (const step of [refreshUndelivered, findMatters, walkSubscriptions]) {
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

export type Environment = MirrorEnvironment;

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>(mirrorVariables);
  const { dynamodb, guarded, sqs, queueing, account, ...parts } = mirrorParts(environment);
  return reconcile({
    ...parts,
    progress: dynamoReconcilerProgress(dynamodb, environment.CUSTOMERS_TABLE, guarded),
    requests: sqsRefreshRequests(sqs, environment.EVENTS_QUEUE_URL, queueing),
    events: sqsBillingEvents(sqs, environment.EVENTS_QUEUE_URL, queueing),
    listsFor: async (remaining) =>
      stripeLists(await account.client(), account.resilientFor({ remaining, attempt: listTime })),
    telemetry: telemetry("reconcile"),
  });
});
