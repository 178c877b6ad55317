import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import {
  describePurchase,
  type Purchase,
  type Purchased,
  purchase,
} from "../../../../functions/billing/purchases/purchase.ts";
import { resilientStripe, stripeCircuit } from "../../../../functions/billing/stripe/stripe-client.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { subscriptionWorld } from "./subscription-world.ts";

let world: Awaited<ReturnType<typeof subscriptionWorld>>;
let customer: string;
beforeEach(async () => {
  world = await subscriptionWorld();
  customer = (await world.stripe.customers.create({ email: "zoe@example.com" })).id;
});
afterEach(() => world.close());

const ports = (stripe: Stripe = world.stripe) => ({
  stripe,
  resilient: resilientStripe(stripeCircuit(), { remaining: () => 60_000, firstPause: 1 }),
  plans: world.plans,
  successUrl: "https://app.example.com/paid",
  cancelUrl: "https://app.example.com/plans",
});
const wanted = (more: Partial<Purchase> = {}): Purchase => ({
  ...{ user: "acme#zoe", customer, planId: "team", mode: "checkout", attempt: "a-1" },
  ...more,
});

describe.each(["checkout", "in_app"] as const)("by %s", (mode) => {
  test("what an attempt made is found, and not made again", async () => {
    const first = await purchase(ports(), wanted({ mode }));
    expect(first).toEqual({ kind: "made", outcome: expect.stringMatching(`^${mode}:`) });
    expect(await purchase(ports(), wanted({ mode }))).toEqual(first);
  });

  test("what another attempt left open in the group is closed, and in another group is left", async () => {
    const old = await purchase(ports(), wanted({ mode, attempt: "a-0" }));
    const other = await purchase(ports(), wanted({ mode, attempt: "a-9", planId: "support" }));
    expect(await purchase(ports(), wanted({ mode }))).not.toEqual(old);
    const open = async (made: typeof old) =>
      made.kind === "made" && (await describePurchase(ports(), "team", made.outcome)).isOpen;
    expect([await open(old), await open(other)]).toEqual([false, true]);
  });

  test("what Stripe made although it said that it failed is found", async () => {
    await world.control("PUT", "/requests", [
      {
        ...{ kind: "error", method: "POST", executed: true, times: 4 },
        path: mode === "checkout" ? "/v1/checkout/sessions" : "/v1/subscriptions",
      },
    ]);
    const made = await purchase(ports(), wanted({ mode }));
    const { sessions, subscriptions } = await world.atStripe();
    const [only, ...more] = mode === "checkout" ? sessions : subscriptions;
    expect([made, more]).toEqual([{ kind: "made", outcome: `${mode}:${only?.id}` }, []]);
  });
});

test("no trial is had again, and nothing twice, behind a hundred newer ones that came to nothing", async () => {
  const support = world.plans.support?.priceId ?? "";
  const abandon = async () => {
    for (let made = 0; made < 100; made += 1) {
      const { id } = await world.stripe.subscriptions.create({
        ...{ customer, items: [{ price: support }], payment_behavior: "default_incomplete" },
      });
      await world.stripe.subscriptions.cancel(id);
    }
  };
  const tried = await purchase(ports(), wanted({ planId: "studio", mode: "in_app" }));
  const id = tried.kind === "made" ? (tried.outcome.split(":")[1] ?? "") : "";
  expect((await world.stripe.subscriptions.retrieve(id)).status).toBe("trialing");
  await abandon();
  const again = wanted({ planId: "studio", mode: "in_app", attempt: "a-2" });
  expect(await purchase(ports(), again)).toEqual({ kind: "refused", code: "subscription_exists" });
  await world.stripe.subscriptions.cancel(id);
  const bought = await purchase(ports(), again);
  const second = bought.kind === "made" ? (bought.outcome.split(":")[1] ?? "") : "";
  expect((await world.stripe.subscriptions.retrieve(second)).status).toBe("incomplete");
}, 60_000);

test("a subscription at a price that no plan has keeps every group from being bought", async () => {
  const product = (await world.stripe.products.create({ name: "Old" })).id;
  const recurring = { interval: "month" } as const;
  const old = await world.stripe.prices.create({ product, currency: "usd", unit_amount: 100, recurring });
  await world.stripe.subscriptions.create({
    ...{ customer, items: [{ price: old.id }], trial_period_days: 7 },
  });
  for (const planId of ["team", "support"]) {
    expect(await purchase(ports(), wanted({ planId }))).toEqual({
      kind: "refused",
      code: "subscription_exists",
    });
  }
});

/** Stripe, where closing a session fails, and it is of that status when it is looked at again. */
const whereClosingFails = (status: string) =>
  new Proxy(world.stripe, {
    get: (stripe, name) =>
      name === "checkout"
        ? {
            sessions: {
              list: (...values: Parameters<Stripe["checkout"]["sessions"]["list"]>) =>
                stripe.checkout.sessions.list(...values),
              create: stripe.checkout.sessions.create.bind(stripe.checkout.sessions),
              expire: async () => {
                throw new Error("cannot be expired");
              },
              retrieve: async () => ({ status }),
            },
          }
        : Reflect.get(stripe, name),
  });

test("a session that was paid while it was to be closed is left to the list of subscriptions", async () => {
  await purchase(ports(), wanted({ attempt: "a-0" }));
  const made = await purchase(ports(whereClosingFails("complete")), wanted());
  expect(made).toMatchObject({ kind: "made" });
});

describe("an open purchase that is paid while it is to give way", () => {
  /** Stripe, where the first purchase is paid just before that request. */
  const paidBefore = (request: number, pay: () => Promise<unknown>) => {
    const { resilient, ...rest } = ports();
    let requests = 0;
    const paying: typeof resilient = async (call) => {
      requests += 1;
      if (requests === request) await pay();
      return resilient(call);
    };
    return { ...rest, resilient: paying };
  };
  const idOf = (made: Purchased) => (made.kind === "made" ? (made.outcome.split(":")[1] ?? "") : "");

  test.each([1, 2, 3, 4, 5])(
    "in the app, before request %i: what was paid is kept, and only then",
    async (at) => {
      const { stripe } = world;
      const first = idOf(await purchase(ports(), wanted({ mode: "in_app", attempt: "a-0" })));
      const [payment] = (await stripe.paymentIntents.list({ customer })).data;
      let isPaid = false;
      const pay = async () => {
        const paid = stripe.paymentIntents.confirm(payment?.id ?? "", { payment_method: "pm_card_visa" });
        isPaid = await paid.then(
          () => true,
          () => false,
        );
      };
      const second = await purchase(paidBefore(at, pay), wanted({ mode: "in_app", planId: "studio" }));
      const { status } = await stripe.subscriptions.retrieve(first);
      expect({ isPaid, status, second: second.kind }).toEqual(
        isPaid
          ? { isPaid, status: "active", second: "refused" }
          : { isPaid, status: "canceled", second: "made" },
      );
      // Sessions, subscriptions, then its invoice is made void: from then on nobody can pay.
      expect(isPaid).toBe(at <= 3);
    },
  );

  test.each([1, 2, 3, 4])(
    "on Stripe's page, before request %i: what was paid is kept, and only then",
    async (at) => {
      await purchase(ports(), wanted({ attempt: "a-0" }));
      const [session] = (await world.atStripe()).sessions;
      const pay = () =>
        fetch(session?.url ?? "", {
          ...{ method: "POST", redirect: "manual" },
          body: new URLSearchParams({ method: "pm_card_visa" }),
        });
      const second = await purchase(paidBefore(at, pay), wanted({ planId: "studio" }));
      const { sessions, subscriptions } = await world.atStripe();
      const status = sessions.find(({ id }) => id === session?.id)?.status;
      expect([status, second.kind, subscriptions.map((each) => each.status)]).toEqual(
        at <= 2 ? ["complete", "refused", ["active"]] : ["expired", "made", []],
      );
    },
  );

  test("its payment is under way: it is kept, and nothing else is made", async () => {
    const first = idOf(await purchase(ports(), wanted({ mode: "in_app", attempt: "a-0" })));
    const refusing = new Proxy(world.stripe.invoices, {
      get: (invoices, name) =>
        name === "voidInvoice"
          ? async () => {
              throw new Stripe.errors.StripeInvalidRequestError({
                message: "a payment is processing",
              } as never);
            }
          : Reflect.get(invoices, name).bind(invoices),
    });
    const stripe = new Proxy(world.stripe, {
      get: (target, name) => (name === "invoices" ? refusing : Reflect.get(target, name)),
    });
    expect(await purchase(ports(stripe), wanted({ mode: "in_app", planId: "studio" }))).toEqual({
      kind: "refused",
      code: "subscription_exists",
    });
    expect(await world.stripe.subscriptions.retrieve(first)).toMatchObject({ status: "incomplete" });
  });
});

test("a session that stays open, so that both could be paid, keeps another from being made", async () => {
  await purchase(ports(), wanted({ attempt: "a-0" }));
  await expect(purchase(ports(whereClosingFails("open")), wanted())).rejects.toThrow("cannot be expired");
  expect((await world.atStripe()).sessions).toHaveLength(1);
});

test("while Stripe fails with new keys too, it is given up", async () => {
  const path = "/v1/checkout/sessions";
  await world.control("PUT", "/requests", [{ kind: "error", method: "POST", path, times: 64 }]);
  await expect(purchase(ports(), wanted())).rejects.toBeInstanceOf(Failure);
  expect((await world.atStripe()).sessions).toEqual([]);
});
