import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Stripe } from "stripe";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { Failure } from "../../shared/failure.ts";
import { type Plans, planOf } from "../access/plans.ts";
import { type CustomerEnvironment, customerParts, customerVariables } from "../callers/customer-parts.ts";
import type { HttpRequest } from "../callers/http.ts";
import { idempotencyKeyOf } from "../callers/idempotency-key.ts";
import { readBody } from "../callers/read-body.ts";
import { type CallerPorts, type Served, serveCaller } from "../callers/serve-caller.ts";
import type { Customers } from "../projection/customers.ts";
import { type AttemptLedger, dynamoAttemptLedger } from "../purchases/attempts.ts";
import { readPlans } from "../purchases/purchase-settings.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import { applyChange, type ChangePorts, type ChangeRefused } from "./apply-change.ts";
import { changeOnce } from "./change-once.ts";
import { type ChangeAction, changeRequests, type WantedChange } from "./change-request.ts";
import { showSubscription } from "./customer-subscription.ts";

export interface Environment extends CustomerEnvironment {
  readonly ATTEMPTS_TABLE: string;
  /** JSON of the plans that are sold, by id. */
  readonly PLANS: string;
}

export interface ChangeSubscriptionPorts extends CallerPorts {
  readonly customers: Pick<Customers, "read">;
  readonly attempts: AttemptLedger;
  readonly stripe: () => Promise<Stripe>;
  readonly resilientFor: (remaining: () => number) => ResilientStripe;
  readonly plans: Plans;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly newId: () => string;
}

/**
 * `POST /subscription/cancel`, `/resume` and `/change`: the caller ends a subscription of its own with the period
 * that is paid, takes that back or ends a pause, or takes another plan of the allow-list. 200 with what Stripe
 * then says, which the caller's row says too when Stripe's event has come; else problem details. However often it
 * is asked, it is done once.
 */
export const changeSubscription = (ports: ChangeSubscriptionPorts) =>
  serveCaller(ports, "change", async ({ caller, request, line, remaining }): Promise<Served> => {
    const { plans } = ports;
    const { user } = caller;
    const action = actionOf(request);
    line.add({ change: action });
    const sent = idempotencyKeyOf(request);
    if (sent.kind === "refused") return sent;
    const parsed = parse(action, request.body, plans);
    if (parsed.kind === "refused") return parsed;
    const { wanted } = parsed;
    const customer = (await ports.customers.read(user))?.stripeCustomerId;
    if (customer === undefined) return { kind: "refused", code: "subscription_missing" };
    const calls = { count: 0 };
    const resilient = counted(ports.resilientFor(remaining), calls);
    const stripe = await ports.stripe();
    const changing = { stripe, resilient, plans };
    let answered: Stripe.Subscription | undefined;
    try {
      const done = await changeOnce<ChangeRefused>(
        { ...ports, remaining },
        {
          user,
          key: sent.key,
          body: JSON.stringify([action, wanted]),
          make: async (attempt) => {
            const changed = await applyChange(changing, { customer, wanted, attempt });
            if (changed.kind === "refused") return changed;
            answered = changed.subscription;
            return { kind: "made", outcome: changed.subscription.id };
          },
        },
      );
      if (done.kind === "refused") return done;
      const subscription = answered ?? (await retrieve(changing, done.outcome));
      line.add({ outcome: done.isReplay ? "replayed" : "changed" });
      return { kind: "served", status: 200, body: { ...showSubscription(subscription, plans) } };
    } finally {
      line.add({ stripeCalls: calls.count });
    }
  });

function actionOf({ route }: HttpRequest): ChangeAction {
  const name = route.split("/").at(-1) ?? "";
  if (!Object.hasOwn(changeRequests, name)) throw new Failure("event_malformed", "expected a route of ours");
  return name as ChangeAction;
}

type Parsed =
  | { readonly kind: "parsed"; readonly wanted: WantedChange }
  | Extract<Served, { kind: "refused" }>;

function parse(action: ChangeAction, body: Buffer, plans: Plans): Parsed {
  if (action !== "change") {
    const read = readBody(changeRequests[action], body);
    return read.kind === "refused" ? read : { kind: "parsed", wanted: { action, group: read.value.group } };
  }
  const read = readBody(changeRequests.change, body);
  if (read.kind === "refused") return read;
  const plan = planOf(plans, read.value.plan);
  if (!plan) return { kind: "refused", code: "plan_unknown", field: "plan" };
  return { kind: "parsed", wanted: { action, planId: read.value.plan, group: plan.group } };
}

const counted =
  (resilient: ResilientStripe, calls: { count: number }): ResilientStripe =>
  (call) =>
    resilient((options) => {
      calls.count += 1;
      return call(options);
    });

/** How it is now, for a key whose change was made before. */
const retrieve = ({ stripe, resilient }: ChangePorts, id: string): Promise<Stripe.Subscription> =>
  resilient((options) =>
    stripe.subscriptions.retrieve(id, { expand: ["latest_invoice.confirmation_secret"] }, options),
  );

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    ...customerVariables,
    ATTEMPTS_TABLE: "required",
    PLANS: "required",
  });
  const { client, guarded, ...parts } = customerParts(environment, "change-subscription");
  return changeSubscription({
    ...parts,
    attempts: dynamoAttemptLedger(client, environment.ATTEMPTS_TABLE, guarded, Date.now),
    plans: readPlans(environment.PLANS),
    wait: (milliseconds) => wait(milliseconds),
    newId: randomUUID,
  });
});
