import type { Plans } from "../../../../functions/billing/access/plans.ts";
import { type AttemptLedger, dynamoAttemptLedger } from "../../../../functions/billing/purchases/attempts.ts";
import {
  createSubscription,
  type SubscriptionPorts,
} from "../../../../functions/billing/purchases/create-subscription.ts";
import { dynamoCustomerIds } from "../../../../functions/billing/purchases/customer-ids.ts";
import {
  resilientStripe,
  stripeCircuit,
  stripeClient,
} from "../../../../functions/billing/stripe/stripe-client.ts";
import { explainWithStripe } from "../../../../functions/billing/stripe/stripe-problems.ts";
import { openShop, runStripe } from "../../../local/stripe/running-stripe.ts";
import { localTables } from "../../local-tables.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { straight } from "../../straight.ts";

const limits = {
  maxFrameBytes: 32_768,
  framesPerSecond: 100,
  peersPerChannel: 50,
  mailboxDepth: 256,
  messageTtlSeconds: 60,
};

export const customer = { name: "Zoë Example", country: "DE" };
export const purchaseOf = (plan = "team", mode = "checkout", more: object = customer) => ({
  plan,
  mode,
  customer: more,
});
/** A key of the form that is asked for. */
export const key = (name: string) => `purchase-number-${name}`;

/** The handler over the real `stripe` library, the fake of Stripe and DynamoDB's tables. */
export async function subscriptionWorld(bent: Partial<SubscriptionPorts> = {}) {
  const local = await localTables();
  const running = await runStripe();
  const { monthly, dearer, yearly } = await openShop(running.stripe, null);
  const plans: Plans = {
    team: { name: "Team", priceId: monthly.id, group: "default", limits },
    studio: { name: "Studio", priceId: dearer.id, group: "default", limits, trialDays: 14 },
    support: { name: "Support", priceId: yearly.id, group: "support", limits },
  };
  const recorded = recordedTelemetry("create-subscription");
  const now = () => running.clock.now();
  const attempts: AttemptLedger = dynamoAttemptLedger(local.client, "attempts", straight, now);
  const circuit = stripeCircuit();
  let ids = 0;
  const ports: SubscriptionPorts = {
    tokens: {
      verify: async (authorization) => ({
        kind: "verified",
        subject: authorization ?? "zoe",
        claims: { tenant: "acme", email: "zoe@example.com", email_verified: true },
      }),
    },
    attempts,
    customerIds: dynamoCustomerIds(local.client, "customers", straight),
    stripe: async () => stripeClient(running.fake.secretKey, running.fake.url),
    resilientFor: (remaining) => resilientStripe(circuit, { remaining, firstPause: 1 }),
    telemetry: recorded.telemetry,
    now,
    wait: () => new Promise((resolve) => void setTimeout(resolve, 5)),
    newId: () => `attempt-${++ids}`,
    explainFault: explainWithStripe,
    plans,
    successUrl: "https://app.example.com/paid",
    cancelUrl: "https://app.example.com/plans",
    settings: { tenantClaim: "tenant", sharedTenant: "", corsOrigins: ["https://app.example.com"] },
    ...bent,
  };
  const handle = createSubscription(ports);
  const post = async (body: unknown, idempotencyKey: string | undefined, user?: string) => {
    const answer = await handle({
      headers: {
        ...(user && { Authorization: user }),
        ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
      requestContext: { requestId: "c6af9ac6-7b61" },
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body) };
  };
  return {
    ...running,
    local,
    plans,
    ports,
    recorded,
    post,
    /** What the user has at Stripe. The shop has a customer of its own, whom no request made. */
    async atStripe() {
      const made = (await running.stripe.customers.list({ limit: 100 })).data.filter(
        ({ metadata }) => metadata.synapse_user,
      );
      const subscriptions = await running.stripe.subscriptions.list({ status: "all", limit: 100 });
      const sessions = await running.stripe.checkout.sessions.list({ limit: 100 });
      return { customers: made, subscriptions: subscriptions.data, sessions: sessions.data };
    },
    close: async () => {
      await running.fake.close();
      await local.close();
    },
  };
}
