import type { Random } from "../../random.ts";
import type { StripeSubscription } from "../ledger.ts";
import type { Customer, Made } from "./customer.ts";
import { madeOf } from "./customer.ts";
import { patiently, type System } from "./system.ts";

export interface Scene {
  readonly system: System;
  readonly customer: Customer;
  readonly random: Random;
  /** What Stripe has of the customer now. */
  readonly subscriptions: readonly StripeSubscription[];
}

type Play = (scene: Scene) => Promise<unknown>;
type Mode = "checkout" | "in_app";

const plans = ["team", "studio"] as const;
const modes = ["checkout", "in_app"] as const;
const other = (plan: string | undefined) => (plan === "team" ? "studio" : "team");

/** Of those who have nothing live. Weights are hundredths. */
export const buying: Readonly<Record<string, { readonly weight: number; readonly play: Play }>> = {
  "buys once": {
    weight: 40,
    play: async ({ system, customer, random }) => {
      await pay(system, random, madeOf(await customer.buy(random.pick(plans), random.pick(modes))));
    },
  },
  "clicks twice": {
    weight: 20,
    play: async ({ system, customer, random }) => {
      const [plan, mode, key] = [random.pick(plans), random.pick(modes), customer.newKey()];
      const answers = await Promise.all([1, 2, 3].map(() => customer.buy(plan, mode, key)));
      for (const answer of answers.slice(0, 2)) await pay(system, random, madeOf(answer));
      await customer.buy(plan, mode, key);
    },
  },
  "buys in two tabs": {
    weight: 15,
    play: async ({ system, customer, random }) => {
      const [plan, mode] = [random.pick(plans), random.pick(modes)];
      const answers = await Promise.all([1, 2].map(() => customer.buy(plan, mode)));
      await Promise.all(answers.map((answer) => pay(system, random, madeOf(answer))));
    },
  },
  "wants two things at once": {
    weight: 20,
    play: async ({ system, customer, random }) => {
      const [mode, second]: [Mode, Mode] = [random.pick(modes), random.pick(modes)];
      const answers = await Promise.all([customer.buy("team", mode), customer.buy("studio", second)]);
      await Promise.all(answers.map((answer) => pay(system, random, madeOf(answer))));
    },
  },
  "takes a key for two things": {
    weight: 5,
    play: async ({ customer, random }) => {
      const key = customer.newKey();
      const mode = random.pick(modes);
      await customer.buy("team", mode, key);
      await customer.buy("studio", mode, key);
    },
  },
};

/** Of those who have a live subscription. */
export const owning: Readonly<Record<string, { readonly weight: number; readonly play: Play }>> = {
  "does nothing": { weight: 20, play: async () => {} },
  cancels: { weight: 12, play: ({ customer }) => customer.insist("cancel", "/subscription/cancel", {}) },
  resumes: { weight: 8, play: ({ customer }) => customer.insist("resume", "/subscription/resume", {}) },
  "cancels, resumes, cancels": {
    weight: 8,
    play: async ({ customer }) => {
      const key = customer.newKey();
      await Promise.all([1, 2].map(() => customer.insist("cancel", "/subscription/cancel", {}, key)));
      await customer.insist("resume", "/subscription/resume", {});
      await customer.insist("cancel", "/subscription/cancel", {});
    },
  },
  "changes plan": {
    weight: 20,
    play: async ({ system, customer, random, subscriptions }) => {
      const key = customer.newKey();
      const body = { plan: other(subscriptions[0]?.plan) };
      const [answer] = await Promise.all(
        [1, 2].map(() => customer.insist("change", "/subscription/change", body, key)),
      );
      const { payment } = (answer?.body ?? {}) as { payment?: Readonly<Record<string, unknown>> };
      if (payment)
        await pay(system, random, madeOf({ status: 200, body: { clientSecret: payment.clientSecret } }));
    },
  },
  "buys again": {
    weight: 10,
    play: async ({ system, customer, random }) => {
      await pay(system, random, madeOf(await customer.buy(random.pick(plans), random.pick(modes))));
    },
  },
  "is cancelled now": {
    weight: 10,
    play: async ({ system, subscriptions }) => {
      for (const { id } of subscriptions) await cancelNow(system, id);
    },
  },
  "pays what is owed": {
    weight: 12,
    play: async ({ system, subscriptions }) => {
      for (const { id, status } of subscriptions) if (status === "past_due") await payNewest(system, id);
    },
  },
};

export function sceneOf(from: typeof buying, random: Random): Play {
  let chance = random.next() * 100;
  for (const { weight, play } of Object.values(from)) {
    chance -= weight;
    if (chance < 0) return play;
  }
  return async () => {};
}

/** Pays, twice, after a decline, or not at all. */
async function pay(system: System, random: Random, made: Made | undefined): Promise<void> {
  if (!made) return;
  const chance = random.next();
  if (chance < 0.12) return;
  if (chance < 0.25) await payWith(system, made, "pm_card_chargeCustomerFail");
  const times = chance > 0.85 ? 2 : 1;
  await Promise.all(Array.from({ length: times }, () => payWith(system, made, "pm_card_visa")));
}

/** A refusal is the customer's: paid already, expired, declined. */
async function payWith(system: System, { checkout, intent }: Made, method: string): Promise<void> {
  if (checkout !== undefined) {
    const form = new URLSearchParams({ method, email: "ada@example.com" });
    const page = await fetch(checkout, { method: "POST", body: form, redirect: "manual" });
    await page.arrayBuffer();
  } else if (intent !== undefined) {
    const path = `/payment-intents/${intent}/confirm`;
    await system.stripeControl("POST", path, { paymentMethod: method }).catch(() => {});
  }
}

/** As a person does it in Stripe's Dashboard. */
export async function cancelNow({ stripe }: System, id: string): Promise<void> {
  try {
    await patiently(() => stripe.subscriptions.cancel(id));
  } catch {
    // It has ended meanwhile.
  }
}

async function payNewest({ stripe }: System, subscription: string): Promise<void> {
  try {
    const { customer, latest_invoice: invoice } = await patiently(() =>
      stripe.subscriptions.retrieve(subscription),
    );
    const method = await patiently(() =>
      stripe.paymentMethods.attach("pm_card_visa", { customer: String(customer) }),
    );
    await patiently(() => stripe.invoices.pay(String(invoice), { payment_method: method.id }));
  } catch {
    // Paid or voided meanwhile.
  }
}
