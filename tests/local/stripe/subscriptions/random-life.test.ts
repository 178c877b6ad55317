import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Stripe } from "stripe";
import { transitions } from "../../../../local/stripe/billing/subscription-states.ts";
import { openShop, type RunningStripe, runStripe, type Shop, useCard } from "../running-stripe.ts";

const { constantFrom, record, oneof, constant, array } = fc;

const step = oneof(
  {
    weight: 1,
    arbitrary: record({
      kind: constant("create" as const),
      behavior: constantFrom("default_incomplete", "allow_incomplete", "error_if_incomplete"),
      trial: constantFrom(0, 0, 3),
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      kind: constant("card" as const),
      card: constantFrom(
        "none",
        "pm_card_visa",
        "pm_card_chargeCustomerFail",
        "pm_card_authenticationRequired",
        "pm_usBankAccount_insufficientFunds",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: record({
      kind: constant("settings" as const),
      afterLastRetry: constantFrom("cancel", "unpaid", "past_due", "pause"),
      pauseAfterFirstFailure: fc.boolean(),
      retryAfterDays: constantFrom([], [1], [3, 5, 7]),
    }),
  },
  {
    weight: 4,
    arbitrary: record({ kind: constant("wait" as const), hours: constantFrom(1, 23, 80, 15 * 24, 29 * 24) }),
  },
  {
    weight: 5,
    arbitrary: record({
      kind: constantFrom(
        "pay",
        "confirm",
        "lose",
        "pause",
        "resume",
        "resume-now",
        "dearer",
        "dearer-if-paid",
        "dearer-later",
        "void",
        "cancel",
        "cancel-later",
        "keep",
        "end-trial",
      ),
      which: fc.nat(3),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const ways = new Set(transitions.map(({ from, to }) => `${from} > ${to}`));

test("no life of a subscription leaves the table, and none comes back from its end", async () => {
  await fc.assert(
    fc.asyncProperty(array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
      const running = await runStripe();
      const shop = await openShop(running.stripe);
      const subscriptions: string[] = [];
      const { lives, look } = watchLives(running.stripe);
      for (const one of steps) {
        await live(running, shop, subscriptions, one);
        await look();
      }
      for (const [id, statuses] of lives) {
        const gone = statuses.map((status, index) => `${statuses[index - 1] ?? "new"} > ${status}`);
        expect(gone.filter((way) => !ways.has(way))).toEqual([]);
        expect(statuses.at(-1)).toBe((await running.stripe.subscriptions.retrieve(id)).status);
      }
      expect([...lives.keys()].sort()).toEqual(subscriptions.toSorted());
      expect(running.troubles).toEqual([]);
      await running.fake.close();
    }),
    { numRuns: 15 },
  );
}, 60_000);

/** The statuses of each subscription, as events told them until the last look; each once in a row. */
function watchLives(stripe: Stripe) {
  const lives = new Map<string, string[]>();
  let last = "";
  const look = async (): Promise<void> => {
    const events: Stripe.Event[] = [];
    for await (const event of stripe.events.list({ limit: 100 })) {
      if (event.id === last) break;
      events.push(event);
    }
    last = events[0]?.id ?? last;
    for (const event of events.reverse()) {
      if (!event.type.startsWith("customer.subscription.")) continue;
      const { id, status } = event.data.object as Stripe.Subscription;
      const life = lives.get(id) ?? [];
      lives.set(id, life.at(-1) === status ? life : [...life, status]);
    }
  };
  return { lives, look };
}

/** Does one step; what Stripe would refuse, the fake may refuse. */
async function live(
  { stripe, control, clock }: RunningStripe,
  shop: Shop,
  subscriptions: string[],
  one: Step,
): Promise<void> {
  const customer = shop.customer.id;
  try {
    if (one.kind === "create") {
      const { id } = await stripe.subscriptions.create({
        customer,
        items: [{ price: shop.monthly.id }],
        payment_behavior: one.behavior,
        ...(one.trial > 0 && {
          trial_period_days: one.trial,
          trial_settings: { end_behavior: { missing_payment_method: "pause" } },
        }),
      });
      subscriptions.push(id);
    } else if (one.kind === "card" && one.card === "none") {
      await stripe.customers.update(customer, { invoice_settings: { default_payment_method: "" } });
    } else if (one.kind === "card") await useCard(stripe, customer, one.card);
    else if (one.kind === "settings") {
      const { kind: _, ...settings } = one;
      await control("PUT", "/settings", settings);
    } else if (one.kind === "wait") await clock.advance(one.hours * 3_600_000);
    else if (subscriptions.length > 0)
      await act(stripe, shop, subscriptions[one.which % subscriptions.length] ?? "", one.kind);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError) || (error.statusCode ?? 500) >= 500) throw error;
  }
}

async function act(stripe: Stripe, { dearer }: Shop, id: string, kind: string): Promise<unknown> {
  const { latest_invoice, items } = await stripe.subscriptions.retrieve(id);
  const invoice = String(latest_invoice);
  const change = (payment_behavior: "allow_incomplete" | "pending_if_incomplete" | "default_incomplete") =>
    stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]?.id ?? "", price: dearer.id }],
      proration_behavior: "always_invoice",
      payment_behavior,
    });
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    cancel: () => stripe.subscriptions.cancel(id),
    "cancel-later": () => stripe.subscriptions.update(id, { cancel_at_period_end: true }),
    keep: () => stripe.subscriptions.update(id, { cancel_at_period_end: false }),
    pause: () => stripe.subscriptions.pause(id),
    resume: () => stripe.subscriptions.resume(id),
    "resume-now": () => stripe.subscriptions.resume(id, { payment_behavior: "resume_on_payment_success" }),
    "end-trial": () => stripe.subscriptions.update(id, { trial_end: "now" }),
    pay: () => stripe.invoices.pay(invoice),
    void: () => stripe.invoices.voidInvoice(invoice),
    lose: () => stripe.invoices.markUncollectible(invoice),
    confirm: async () => {
      const [payment] = (await stripe.invoicePayments.list({ invoice })).data;
      return stripe.paymentIntents.confirm(String(payment?.payment.payment_intent), {
        payment_method: "pm_card_visa",
      });
    },
    dearer: () => change("allow_incomplete"),
    "dearer-if-paid": () => change("pending_if_incomplete"),
    "dearer-later": () => change("default_incomplete"),
  };
  return acts[kind]?.();
}
