import type { Stripe } from "stripe";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import type { Plans } from "../../../../functions/billing/access/plans.ts";
import { dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import { refreshCustomer } from "../../../../functions/billing/projection/project-customer.ts";
import { stripeReader } from "../../../../functions/billing/projection/stripe-reader.ts";
import { dynamoAttemptLedger } from "../../../../functions/billing/purchases/attempts.ts";
import {
  resilientStripe,
  stripeCircuit,
  stripeClient,
} from "../../../../functions/billing/stripe/stripe-client.ts";
import { explainWithStripe } from "../../../../functions/billing/stripe/stripe-problems.ts";
import { changeSubscription } from "../../../../functions/billing/subscriptions/change-subscription.ts";
import { openPortal } from "../../../../functions/billing/subscriptions/open-portal.ts";
import { showSubscriptions } from "../../../../functions/billing/subscriptions/show-subscription.ts";
import { openShop, runStripe } from "../../../local/stripe/running-stripe.ts";
import { localTables } from "../../local-tables.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { straight } from "../../straight.ts";
import { localProjections } from "../projection/local-projections.ts";

const limits = {
  maxFrameBytes: 32_768,
  framesPerSecond: 100,
  peersPerChannel: 50,
  mailboxDepth: 256,
  messageTtlSeconds: 60,
};

export type CustomerWorld = Awaited<ReturnType<typeof customerWorld>>;

/**
 * The customer's own routes over the real `stripe` library, the fake of Stripe and the program's tables. Zoë,
 * `acme#zoe`, is a customer whose card works and who has bought nothing yet.
 */
export async function customerWorld() {
  const local = await localTables();
  const running = await runStripe();
  const { stripe, fake } = running;
  const { customer, monthly, dearer, yearly } = await openShop(stripe);
  await stripe.customers.update(customer.id, { metadata: { synapse_user: "acme#zoe" } });
  const plans: Plans = {
    team: { name: "Team", priceId: monthly.id, group: "default", limits },
    studio: {
      name: "Studio",
      priceId: dearer.id,
      group: "default",
      limits: { ...limits, peersPerChannel: 100 },
    },
    support: { name: "Support", priceId: yearly.id, group: "support", limits },
  };
  const recorded = recordedTelemetry("change-subscription");
  const now = () => running.clock.now();
  const customers = dynamoCustomers(local.client, "customers", straight);
  const projections = localProjections(local.client);
  const access = v.parse(accessPolicy, {});
  await customers.takeNumber("acme#zoe", customer.id);
  const circuit = stripeCircuit();
  let ids = 0;
  const ports = {
    tokens: {
      verify: async (authorization: string | undefined) => ({
        kind: "verified" as const,
        subject: authorization ?? "zoe",
        claims: { tenant: "acme" },
      }),
    },
    customers,
    projections,
    revocations: { send: async () => {} },
    attempts: dynamoAttemptLedger(local.client, "attempts", straight, now),
    stripe: async () => stripeClient(fake.secretKey, fake.url),
    resilientFor: (remaining: () => number) => resilientStripe(circuit, { remaining, firstPause: 1 }),
    telemetry: recorded.telemetry,
    plans,
    access,
    now,
    wait: () => new Promise<void>((resolve) => void setTimeout(resolve, 5)),
    newId: () => `attempt-${++ids}`,
    returnUrl: "https://app.example.com/account",
    explainFault: explainWithStripe,
    settings: { tenantClaim: "tenant", sharedTenant: "", corsOrigins: ["https://app.example.com"] },
  };
  const event = (user: string | undefined, more: object) => ({
    requestContext: { requestId: "c6af9ac6-7b61" },
    headers: { ...(user && { Authorization: user }) },
    ...more,
  });
  const parsed = ({ statusCode, body }: { statusCode: number; body: string }) => ({
    status: statusCode,
    body: JSON.parse(body),
  });
  return {
    ...running,
    local,
    ports,
    plans,
    recorded,
    customer,
    /** Has Zoë buy the plan with the card. */
    buy: (plan: string, more: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<Stripe.Subscription> =>
      stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: plans[plan]?.priceId ?? "" }],
        ...more,
      }),
    /** Has the row say what Stripe says, as the worker does after an event. */
    project: () =>
      refreshCustomer(
        { ...ports, stripe: stripeReader(stripe, (call) => call({ timeout: 6_000 })) },
        { user: "acme#zoe", cause: "review" },
      ),
    /** `POST /subscription/<action>`. */
    post: async (action: string, body: unknown, key: string | undefined, user?: string) => {
      const sent = event(user, {
        resource: `/subscription/${action}`,
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      const headers = { ...sent.headers, ...(key !== undefined && { "Idempotency-Key": key }) };
      return parsed(await changeSubscription(ports)({ ...sent, headers }));
    },
    show: async (query: Readonly<Record<string, string>> = {}, user?: string) =>
      parsed(await showSubscriptions(ports)(event(user, { queryStringParameters: query }))),
    portal: async (user?: string, body = "{}") => parsed(await openPortal(ports)(event(user, { body }))),
    subscriptions: async () => (await stripe.subscriptions.list({ status: "all" })).data,
    close: async () => {
      await running.fake.close();
      await local.close();
    },
  };
}
