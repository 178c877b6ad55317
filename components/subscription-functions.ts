import * as pulumi from "@pulumi/pulumi";
import { stripeEvent } from "../functions/billing/webhook/stripe-event.ts";
import type { AccessConfiguration, PlansConfiguration, StripeConfiguration } from "./configuration.ts";
import type { DurableQueue } from "./durable-queue.ts";
import { InlineFunction } from "./inline-function.ts";
import type { RestRoute } from "./rest-api.ts";
import type { TtlTable } from "./ttl-table.ts";

export interface SubscriptionArgs {
  readonly customers: TtlTable;
  readonly audits: TtlTable;
  /** Stripe's events on their way from the webhook to the worker. */
  readonly events: DurableQueue;
  /** Whose access may have ended. */
  readonly revocations: DurableQueue;
  readonly plans: PlansConfiguration;
  readonly stripe: StripeConfiguration;
  readonly access: AccessConfiguration;
}

/** The functions behind what is sold: one takes Stripe's events, the other brings customers' rows up to date. */
export class SubscriptionFunctions extends pulumi.ComponentResource {
  readonly functions: readonly InlineFunction[];
  readonly routes: readonly RestRoute[];

  constructor(
    name: string,
    args: SubscriptionArgs & { readonly logRetentionDays: number },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("synapse-d:components:SubscriptionFunctions", name, {}, options);
    const { customers, audits, events, revocations, plans, stripe, access, logRetentionDays } = args;
    const parent = { parent: this };
    const webhook = new InlineFunction(
      "WebhookHandler",
      {
        module: "billing/webhook/webhook",
        environment: {
          EVENTS_QUEUE_URL: events.url,
          WEBHOOK_SECRET_ARNS: JSON.stringify(stripe.webhookSecretArns),
        },
        logRetentionDays,
      },
      parent,
    );
    webhook.grant("read-webhook-secrets", readSecrets(stripe.webhookSecretArns));
    events.grantSend(webhook);

    const worker = new InlineFunction(
      "ProjectionWorker",
      {
        module: "billing/projection/project-subscription",
        environment: {
          CUSTOMERS_TABLE: customers.name,
          AUDITS_TABLE: audits.name,
          EVENTS_QUEUE_URL: events.url,
          REVOCATIONS_QUEUE_URL: revocations.url,
          STRIPE_KEY_ARN: stripe.secretKeyArn,
          STRIPE_API_URL: stripe.apiUrl ?? "",
          PLANS: JSON.stringify(plans),
          ACCESS: JSON.stringify(access),
        },
        timeout: 30,
        logRetentionDays,
      },
      parent,
    );
    worker.grant("read-stripe-key", readSecrets([stripe.secretKeyArn]));
    customers.grantQuery(worker, "stripe-customer");
    // Only the worker hears of a customer of Stripe's before its row knows it.
    customers.grantUpdate(worker, ["stripeCustomerId", ...projected]);
    audits.grantPut(worker);
    revocations.grantSend(worker);
    events.consumeWith(worker);

    this.functions = [webhook, worker];
    this.routes = [
      {
        method: "POST",
        path: "stripe/webhook",
        handler: webhook,
        isForPages: false,
        body: { name: "StripeEvent", schema: stripeEvent },
        throttle: { rate: 100, burst: 200 },
      },
    ];
    this.registerOutputs({});
  }
}

/** What the projection writes of a customer's row, its key named too. */
export const projected = [
  ...["user", "fence", "applied", "subscriptions", "entitlement", "version"],
  ...["metadata", "reviewAt", "shard", "v"],
];

const readSecrets = (arns: readonly string[]) => ({
  actions: ["secretsmanager:GetSecretValue"],
  resources: [...arns],
});
