import * as pulumi from "@pulumi/pulumi";
import { reconcilerKey } from "../functions/billing/repair/reconciler-key.ts";
import type { AccessConfiguration, PlansConfiguration, StripeConfiguration } from "./configuration.ts";
import type { DurableQueue } from "./durable-queue.ts";
import { InlineFunction } from "./inline-function.ts";
import { runEvery, type ScheduledFunction } from "./run-every.ts";
import type { TtlTable } from "./ttl-table.ts";

export interface BillingRepairArgs {
  readonly customers: TtlTable;
  /** Stripe's events on their way to the worker; what is to be refreshed stands among them. */
  readonly events: DurableQueue;
  readonly plans: PlansConfiguration;
  readonly stripe: StripeConfiguration;
  readonly access: AccessConfiguration;
  readonly logRetentionDays: number;
}

/** What mends customers' rows when no event does: when time alone ends an access, and when webhooks were missed. */
export class BillingRepair extends pulumi.ComponentResource {
  readonly functions: readonly InlineFunction[];
  /** What a schedule runs. */
  readonly scheduled: readonly ScheduledFunction[];

  constructor(name: string, args: BillingRepairArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:BillingRepair", name, {}, options);
    const { customers, events, plans, stripe, access, logRetentionDays } = args;
    const reviewer = new InlineFunction(
      "AccessReviewer",
      {
        module: "billing/repair/review-customers",
        environment: { CUSTOMERS_TABLE: customers.name, EVENTS_QUEUE_URL: events.url },
        timeout: 50,
        logRetentionDays,
      },
      { parent: this },
    );
    customers.grantQuery(reviewer, "review");
    customers.grantUpdate(reviewer, ["user", "reviewAt"]);
    events.grantSend(reviewer);
    const reviewing = runEvery(1, "AccessReviewer", reviewer, this);

    const reconciler = new InlineFunction(
      "StripeReconciler",
      {
        module: "billing/repair/reconcile",
        environment: {
          CUSTOMERS_TABLE: customers.name,
          EVENTS_QUEUE_URL: events.url,
          STRIPE_KEY_ARN: stripe.secretKeyArn,
          STRIPE_API_URL: stripe.apiUrl ?? "",
          PLANS: JSON.stringify(plans),
          ACCESS: JSON.stringify(access),
        },
        timeout: 120,
        logRetentionDays,
      },
      { parent: this },
    );
    reconciler.grant("read-stripe-key", {
      actions: ["secretsmanager:GetSecretValue"],
      resources: [stripe.secretKeyArn],
    });
    customers.grantRead(reconciler);
    customers.grantQuery(reconciler, "stripe-customer");
    customers.grantUpdate(reconciler, ["user", "progress", "matters", "version", "v"], reconcilerKey);
    events.grantSend(reconciler);
    const reconciling = runEvery(5, "StripeReconciler", reconciler, this);
    this.functions = [reviewer, reconciler];
    this.scheduled = [reviewing, reconciling];
    this.registerOutputs({});
  }
}
