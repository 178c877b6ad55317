import type { Stripe } from "stripe";
import { SQSClient } from "../../shared/aws/sqs.ts";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { describeError } from "../../shared/log-line.ts";
import { readJson } from "../../shared/read-json.ts";
import { resilient } from "../../shared/resilience.ts";
import { type Revocations, sqsRevocations } from "../../shared/revocations.ts";
import { type AccessPolicy, accessPolicy } from "../access/access-policy.ts";
import type { Plans } from "../access/plans.ts";
import { type CustomerEnvironment, customerParts, customerVariables } from "../callers/customer-parts.ts";
import { type Asked, type CallerPorts, type Served, serveCaller } from "../callers/serve-caller.ts";
import type { Customer, Customers } from "../projection/customers.ts";
import { refreshCustomer } from "../projection/project-customer.ts";
import { dynamoProjections, type Projections } from "../projection/projections.ts";
import { stripeReader } from "../projection/stripe-reader.ts";
import { type AttemptLedger, dynamoAttemptLedger } from "../purchases/attempts.ts";
import { readPlans } from "../purchases/purchase-settings.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import { refusedByStripe } from "../stripe/stripe-problems.ts";
import { isOpenPurchase, ownState } from "./own-state.ts";

export interface Environment extends CustomerEnvironment {
  readonly AUDITS_TABLE: string;
  readonly ATTEMPTS_TABLE: string;
  readonly REVOCATIONS_QUEUE_URL: string;
  /** JSON of what is sold, and of what the seller decides. */
  readonly PLANS: string;
  readonly ACCESS: string;
}

export interface ShowPorts extends CallerPorts {
  readonly customers: Customers;
  readonly projections: Projections;
  readonly revocations: Revocations;
  readonly attempts: AttemptLedger;
  readonly stripe: () => Promise<Stripe>;
  readonly resilientFor: (remaining: () => number) => ResilientStripe;
  readonly plans: Plans;
  readonly access: AccessPolicy;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Milliseconds between two reads of Stripe that one user may cause here. */
export const betweenReads = 2_000;

/**
 * `GET /subscription`: what the caller has bought, what it gives and until when, from the caller's own row. Stripe
 * is asked only for one who comes back from paying (`?session_id=cs_…`), or whose purchase is open: the redirect
 * may be here before the event is. That read happens once in two seconds, and when it fails the row still answers,
 * with `pending`.
 */
export const showSubscriptions = (ports: ShowPorts) =>
  serveCaller(ports, "show", async (asked): Promise<Served> => {
    const { caller, request, line } = asked;
    const { user } = caller;
    const { plans, now } = ports;
    const isBack = /^cs_\w{1,255}$/.test(request.query.get("session_id") ?? "");
    const row = await ports.customers.read(user);
    const purchases = await openPurchases(ports, user, row);
    const isSeen =
      row?.stripeCustomerId === undefined || (!isBack && purchases.length === 0)
        ? { row, isFresh: !isBack || row === undefined }
        : await look(ports, asked, row);
    const isPending = isOpenPurchase(purchases, isSeen.row, plans) || (isBack && !isSeen.isFresh);
    line.add({ outcome: "served" });
    return { kind: "served", status: 200, body: { ...ownState(isSeen.row, plans, isPending, now()) } };
  });

/** The plan groups in which the user has begun to buy, within a day, and what came of it. */
async function openPurchases({ attempts, plans, now }: ShowPorts, user: string, row: Customer | undefined) {
  const groups = new Set(Object.values(plans).map(({ group }) => group));
  const read = await Promise.all(
    [...groups].map(async (group) => ({ group, attempt: await attempts.read(user, `group#${group}`) })),
  );
  const begun = read.flatMap(({ group, attempt }) =>
    attempt && (attempt.outcome !== "" || attempt.leaseUntil > now())
      ? [{ group, outcome: attempt.outcome, attempt: attempt.attempt }]
      : [],
  );
  return begun.filter((one) => isOpenPurchase([one], row, plans));
}

/** Has the row say what Stripe says now, unless that was done in the last two seconds. */
async function look(
  ports: ShowPorts,
  { caller, line, remaining }: Asked,
  row: Customer,
): Promise<{ readonly row: Customer | undefined; readonly isFresh: boolean }> {
  const { attempts, now } = ports;
  const { user } = caller;
  const last = await attempts.read(user, "refresh");
  if (last && last.leaseUntil > now()) return { row, isFresh: false };
  const next = { request: "", attempt: "", leaseUntil: now() + betweenReads, outcome: "" };
  if ((await attempts.write(user, "refresh", next, last)) === "conflict") return { row, isFresh: false };
  try {
    const stripe = stripeReader(await ports.stripe(), ports.resilientFor(remaining));
    line.add({ stripeCalls: 1 });
    await refreshCustomer({ ...ports, stripe }, { user, cause: "checkout_return" });
    return { row: await ports.customers.read(user), isFresh: true };
  } catch (error) {
    // The event will come.
    line.add({ code: describeError(refusedByStripe(error)).code });
    return { row, isFresh: false };
  }
}

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    ...customerVariables,
    AUDITS_TABLE: "required",
    ATTEMPTS_TABLE: "required",
    REVOCATIONS_QUEUE_URL: "required",
    PLANS: "required",
    ACCESS: "required",
  });
  const { client, guarded, ...parts } = customerParts(environment, "show-subscription");
  return showSubscriptions({
    ...parts,
    projections: dynamoProjections(client, environment.CUSTOMERS_TABLE, environment.AUDITS_TABLE, guarded),
    revocations: sqsRevocations(new SQSClient(), environment.REVOCATIONS_QUEUE_URL, resilient("sqs")),
    attempts: dynamoAttemptLedger(client, environment.ATTEMPTS_TABLE, guarded, Date.now),
    plans: readPlans(environment.PLANS),
    access: readJson("ACCESS", environment.ACCESS, accessPolicy),
  });
});
