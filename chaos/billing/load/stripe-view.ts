import type { Stripe } from "stripe";
import type { StripeSubscription } from "../ledger.ts";
import type { Recorder } from "./recorder.ts";
import { patiently, type System } from "./system.ts";

/** What Stripe itself says of the customers of a wave, by its lists. */
export class StripeView {
  readonly #system: System;
  readonly #recorder: Recorder;
  /** Users by their customers at Stripe. */
  readonly #users = new Map<string, string>();
  readonly #seen = new Set<string>();
  #since: number;

  constructor(system: System, recorder: Recorder) {
    this.#system = system;
    this.#recorder = recorder;
    this.#since = Math.floor(system.clock.now().earliest / 1_000) - 1;
  }

  /** Reads on, and writes down which subscription came to have which status. */
  async readOn(): Promise<void> {
    const { stripe } = this.#system;
    const created = { gte: this.#since };
    const next = Math.floor(this.#system.clock.now().earliest / 1_000) - 1;
    for (const customer of await all(stripe.customers, { created })) {
      const user = customer.metadata.synapse_user?.split("#")[1];
      if (user !== undefined) this.#users.set(customer.id, user);
    }
    const events = await all(stripe.events, { created, type: "customer.subscription.*" });
    for (const { id, data, created: at } of events.reverse()) {
      const { id: subscription, customer, status } = data.object as Stripe.Subscription;
      const user = this.#users.get(String(customer));
      if (user === undefined || this.#seen.has(id)) continue;
      this.#seen.add(id);
      this.#recorder.status({ customer: user, subscription, at: at * 1_000, status });
    }
    this.#since = next;
  }

  customersOf(user: string): string[] {
    return [...this.#users].flatMap(([id, whose]) => (whose === user ? [id] : []));
  }

  /** All, also those that have ended, newest first. */
  async subscriptionsOf(user: string): Promise<StripeSubscription[]> {
    const { stripe, plans } = this.#system;
    const expand = ["data.latest_invoice"];
    const lists = await Promise.all(
      this.customersOf(user).map((customer) =>
        all(stripe.subscriptions, { customer, status: "all", expand }),
      ),
    );
    return lists.flat().map((one) => {
      const [item] = one.items.data;
      const ending = one.cancel_at ?? Infinity;
      const periodEnd = item?.current_period_end ?? 0;
      return {
        id: one.id,
        customer: String(one.customer),
        status: one.status,
        plan: plans.get(item?.price.id ?? ""),
        cancelAtPeriodEnd: one.cancel_at_period_end || ending <= periodEnd,
        periodEnd: Math.min(periodEnd, ending) * 1_000,
        newestInvoice: (one.latest_invoice as Stripe.Invoice | null)?.status ?? undefined,
      };
    });
  }
}

interface Listed<Params, Item> {
  list(
    params: Params & { limit: number; starting_after?: string },
  ): Promise<{ data: Item[]; has_more: boolean }>;
}

async function all<Params extends object, Item extends { readonly id: string }>(
  resource: Listed<Params, Item>,
  params: Params,
): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    const last = items.at(-1)?.id;
    const page = await patiently(() =>
      resource.list({ ...params, limit: 100, ...(last !== undefined && { starting_after: last }) }),
    );
    items.push(...page.data);
    if (!page.has_more) return items;
  }
}
