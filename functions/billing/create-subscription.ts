import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Stripe } from "stripe";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { readContext } from "../shared/lambda-context.ts";
import type { Line, Telemetry } from "../shared/telemetry.ts";
import { type AttemptLedger, dynamoAttemptLedger } from "./attempts.ts";
import { callerOf } from "./caller.ts";
import { createOnce } from "./create-once.ts";
import { type CustomerIds, dynamoCustomerIds } from "./customer-ids.ts";
import { type CustomerEnvironment, customerParts, customerVariables } from "./customer-parts.ts";
import { answer, type HttpAnswer, type HttpRequest, readRequest } from "./http.ts";
import { idempotencyKeyOf } from "./idempotency-key.ts";
import { type Plans, planOf } from "./plans.ts";
import { type ProblemCode, problem } from "./problems.ts";
import { describePurchase, purchase } from "./purchase.ts";
import { readPlans } from "./purchase-settings.ts";
import { readBody } from "./read-body.ts";
import type { ResilientStripe } from "./stripe-client.ts";
import { stripeCustomerOf } from "./stripe-customer.ts";
import { problemOf, refusedByStripe } from "./stripe-problems.ts";
import { checkSubscriptionRequest, subscriptionRequest } from "./subscription-request.ts";
import type { TokenVerifier } from "./tokens.ts";

export interface Environment extends CustomerEnvironment {
  readonly ATTEMPTS_TABLE: string;
  /** JSON of the plans that are sold, by id. */
  readonly PLANS: string;
  readonly SUCCESS_URL: string;
  readonly CANCEL_URL: string;
}

export interface SubscriptionPorts {
  readonly tokens: TokenVerifier;
  readonly attempts: AttemptLedger;
  readonly customerIds: CustomerIds;
  /** Throws Failure when the key cannot be had. */
  readonly stripe: () => Promise<Stripe>;
  /** How requests to Stripe are repeated by a function that has so many milliseconds left. */
  readonly resilientFor: (remaining: () => number) => ResilientStripe;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly newId: () => string;
  readonly settings: {
    readonly plans: Plans;
    readonly tenantClaim: string;
    readonly sharedTenant: string;
    readonly successUrl: string;
    readonly cancelUrl: string;
    readonly corsOrigins: readonly string[];
  };
}

type Made =
  | { readonly kind: "made"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly field?: string };

/**
 * `POST /subscriptions`: the caller buys a plan of the allow-list, on a page of Stripe's or in the team's app.
 * However often, and from however many tabs it is asked, it makes one thing to pay, and every request gets that.
 * 201 with where to pay; else problem details, which never carry Stripe's words. Never throws for what a caller
 * sends.
 */
export const createSubscription = (ports: SubscriptionPorts) => {
  return (event: unknown, context?: unknown): Promise<HttpAnswer> =>
    ports.telemetry.observe("subscription", async (line) => {
      const request = readRequest(event);
      const { requestId } = request;
      const { corsOrigins } = ports.settings;
      line.add({ requestId });
      const made = await make(ports, request, line, readContext(context).remaining);
      if (made.kind === "made") return answer(request, corsOrigins, 201, made.body);
      const { status, body } = problem(made.code, requestId, made.field);
      return answer(request, corsOrigins, status, body);
    });
};

async function make(
  ports: SubscriptionPorts,
  request: HttpRequest,
  line: Line,
  remaining: () => number,
): Promise<Made> {
  const refuse = (code: ProblemCode, field?: string): Made => {
    line.add({ outcome: "refused", code });
    return { kind: "refused", code, ...(field !== undefined && { field }) };
  };
  const { settings } = ports;
  const { plans } = settings;
  try {
    const caller = await callerOf(ports.tokens, request.headers.get("authorization"), settings);
    if (caller.kind === "refused") return refuse(caller.code);
    const { user, tenant } = caller;
    line.add({ subject: pseudonym(caller.subject), tenant });

    const sent = idempotencyKeyOf(request);
    if (sent.kind === "refused") return refuse(sent.code);
    const { key } = sent;
    const parsed = readBody(subscriptionRequest, request.body);
    if (parsed.kind === "refused") return refuse(parsed.code, parsed.field);
    const wanted = parsed.value;
    const checked = checkSubscriptionRequest(wanted, plans);
    if (checked.kind === "refused") return refuse(checked.code, checked.field);

    const { plan: planId, mode } = wanted;
    const stripe = await ports.stripe();
    const stripePorts = {
      stripe,
      resilient: ports.resilientFor(remaining),
      plans,
      successUrl: settings.successUrl,
      cancelUrl: settings.cancelUrl,
    };
    const done = await createOnce(
      { ...ports, remaining },
      {
        user,
        group: planOf(plans, planId)?.group ?? "",
        key,
        body: JSON.stringify(wanted),
        purchase: `${planId} ${mode}`,
        make: async (attempt) => {
          const customerPorts = { ...stripePorts, customerIds: ports.customerIds };
          const customer = await stripeCustomerOf(customerPorts, user, wanted.customer, caller.email);
          return purchase(stripePorts, { user, customer, planId, mode, attempt });
        },
        isOpen: async (outcome) => (await describePurchase(stripePorts, planId, outcome)).isOpen,
      },
    );
    if (done.kind === "refused") return refuse(done.code);
    const { body } = await describePurchase(stripePorts, planId, done.outcome);
    line.add({ outcome: done.isReplay ? "replayed" : "created" });
    return { kind: "made", body };
  } catch (error) {
    if (isVatId(error)) return refuse("vat_id_invalid", "customer.vatId");
    line.fail(refusedByStripe(error));
    return { kind: "refused", code: problemOf(error) };
  }
}

const isVatId = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.code === "tax_id_invalid";

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    ...customerVariables,
    ATTEMPTS_TABLE: "required",
    PLANS: "required",
    SUCCESS_URL: "required",
    CANCEL_URL: "required",
  });
  const { client, guarded, settings, ...parts } = customerParts(environment, "create-subscription");
  return createSubscription({
    ...parts,
    attempts: dynamoAttemptLedger(client, environment.ATTEMPTS_TABLE, guarded, Date.now),
    customerIds: dynamoCustomerIds(client, environment.CUSTOMERS_TABLE, guarded),
    wait: (milliseconds) => wait(milliseconds),
    newId: randomUUID,
    settings: {
      ...settings,
      plans: readPlans(environment.PLANS),
      successUrl: environment.SUCCESS_URL,
      cancelUrl: environment.CANCEL_URL,
    },
  });
});
