import * as pulumi from "@pulumi/pulumi";
import type { DurableQueue } from "./durable-queue.ts";
import { InlineFunction } from "./inline-function.ts";
import { runEvery } from "./run-every.ts";
import type { TtlTable } from "./ttl-table.ts";

export interface BillingRepairArgs {
  readonly customers: TtlTable;
  /** Stripe's events on their way to the worker; what is to be refreshed stands among them. */
  readonly events: DurableQueue;
  readonly logRetentionDays: number;
}

/** What mends customers' rows when no event does. */
export class BillingRepair extends pulumi.ComponentResource {
  constructor(name: string, args: BillingRepairArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:BillingRepair", name, {}, options);
    const { customers, events, logRetentionDays } = args;
    const reviewer = new InlineFunction(
      "AccessReviewer",
      {
        module: "billing/review-customers",
        environment: { CUSTOMERS_TABLE: customers.name, EVENTS_QUEUE_URL: events.url },
        timeout: 50,
        logRetentionDays,
      },
      { parent: this },
    );
    customers.grantQuery(reviewer, "review");
    customers.grantUpdate(reviewer, ["user", "reviewAt"]);
    events.grantSend(reviewer);
    runEvery(1, "AccessReviewer", reviewer, this);
    this.registerOutputs({});
  }
}
