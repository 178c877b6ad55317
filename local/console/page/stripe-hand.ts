import * as v from "valibot";
import { type Asked, askService } from "./ask-service.ts";
import type { Services } from "./services.ts";
import { rowsOf } from "./table-rows.ts";

const service = "The Stripe fake";
const planned = v.array(v.record(v.string(), v.unknown()));
const customerSummary = v.object({
  subscriptions: v.array(v.object({ id: v.string(), status: v.string() })),
  charges: v.array(
    v.object({ id: v.string(), amount: v.number(), currency: v.string(), disputed: v.boolean() }),
  ),
});
const changed = v.object({ id: v.string(), status: v.string() });
const customerRow = v.object({ user: v.string(), stripeCustomerId: v.string() });

const ended = ["canceled", "incomplete_expired"];

/** Does to the user's customer at Stripe what Stripe, a bank or the seller may do. Each answers what happened, in words. */
export class StripeHand {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  async failNextPayment(user: string): Promise<Asked<string>> {
    const customer = await this.#customerOf(user);
    if (customer.kind === "refused") return customer;
    const before = await this.#ask(planned, "GET", "/payments");
    if (before.kind === "refused") return before;
    // Stripe tries a failed payment again: the whole dunning fails, not its first try alone.
    const failing = { outcome: "card_declined", customer: customer.answer, times: 4 };
    const after = await this.#ask(planned, "PUT", "/payments", [...before.answer, failing]);
    if (after.kind === "refused") return after;
    return answered(
      "The next payment and its three retries will be declined. Advance the clock to the renewal.",
    );
  }

  async cancelNow(user: string): Promise<Asked<string>> {
    const summary = await this.#summaryOf(user);
    if (summary.kind === "refused") return summary;
    const live = summary.answer.subscriptions.find(({ status }) => !ended.includes(status));
    if (!live) return refused("Stripe has no subscription of this user that has not ended.");
    const done = await this.#ask(changed, "POST", `/subscriptions/${live.id}/cancel`);
    return done.kind === "refused" ? done : answered(`Stripe ended ${live.id} at once.`);
  }

  async disputeLastCharge(user: string): Promise<Asked<string>> {
    const summary = await this.#summaryOf(user);
    if (summary.kind === "refused") return summary;
    const [charge] = summary.answer.charges;
    if (!charge) return refused("Stripe has no charge of this user.");
    if (charge.disputed) return refused(`The last charge, ${charge.id}, is disputed already.`);
    const dispute = await this.#ask(changed, "POST", `/charges/${charge.id}/dispute`, {});
    if (dispute.kind === "refused") return dispute;
    const amount = `${(charge.amount / 100).toFixed(2)} ${charge.currency.toUpperCase()}`;
    return answered(
      `The bank disputes ${charge.id} of ${amount}. What follows for access, onDispute of the configuration decides.`,
    );
  }

  async #summaryOf(user: string): Promise<Asked<v.InferOutput<typeof customerSummary>>> {
    const customer = await this.#customerOf(user);
    if (customer.kind === "refused") return customer;
    return this.#ask(customerSummary, "GET", `/customers/${encodeURIComponent(customer.answer)}`);
  }

  /** Which customer of Stripe's the user is stands in the user's row. */
  async #customerOf(user: string): Promise<Asked<string>> {
    const rows = await rowsOf(this.#services, "customers", customerRow, user);
    if (rows.kind === "refused") return rows;
    const [row] = rows.answer;
    if (!row) return refused(`${user} is no customer of Stripe's yet: buy a plan first.`);
    return answered(row.stripeCustomerId);
  }

  #ask<Schema extends v.GenericSchema>(
    schema: Schema,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Asked<v.InferOutput<Schema>>> {
    return askService(service, schema, `${this.#services.stripeControl}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  }
}

const answered = (answer: string): Asked<string> => ({ kind: "answered", answer });
const refused = (words: string): Asked<never> => ({ kind: "refused", words });
