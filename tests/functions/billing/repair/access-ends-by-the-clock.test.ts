import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { refreshCustomer } from "../../../../functions/billing/projection/project-customer.ts";
import { dynamoDueReviews } from "../../../../functions/billing/repair/due-reviews.ts";
import { reviewCustomers } from "../../../../functions/billing/repair/review-customers.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { day } from "../../../local/stripe/running-stripe.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { straight } from "../../straight.ts";
import { type ProjectionWorld, projectionWorld, user } from "../projection/projection-world.ts";
import { refreshQueue } from "./refresh-queue.ts";

let world: ProjectionWorld;
let queue: ReturnType<typeof refreshQueue>;
beforeEach(async () => {
  world = await projectionWorld();
  queue = refreshQueue(world);
});
afterEach(() => world.close());

function review() {
  return reviewCustomers({
    reviews: dynamoDueReviews(world.dynamodb, "customers", straight),
    requests: queue.requests,
    telemetry: recordedTelemetry("review-customers").telemetry,
    now: world.ports.now,
  })({});
}

const row = () => world.ports.customers.read(user);
const advance = (days: number) => world.running.clock.advance(days * day * 1000);
const refresh = () =>
  refreshCustomer(world.ports, {
    user,
    stripeCustomerId: world.shop.customer.id,
    cause: { eventId: "evt_1" },
  });

/** A renewal has failed, and Stripe goes on trying: nothing but the clock ends the access. */
async function fail() {
  await world.running.stripe.subscriptions.create({
    customer: world.shop.customer.id,
    items: [{ price: world.shop.monthly.id }],
  });
  await refresh();
  await world.running.control("PUT", "/payments", [{ outcome: "card_declined", times: 20 }]);
  await advance(31.1);
  await refresh();
}

test("when the grace is over the row becomes denied, its version grows, and the audit says why", async () => {
  await fail();
  await advance(6.9);
  await review();
  expect([queue.waiting(), (await row())?.version]).toEqual([[], 1]);
  await advance(0.2);
  await review();
  expect(queue.waiting()).toEqual([{ v: 1, cause: "review", customerId: world.shop.customer.id }]);
  expect(await queue.work()).toMatchObject([
    { event: "projection", outcome: "projected", cause: "review", transitions: 0, stripeCalls: 1 },
  ]);
  expect(await row()).toMatchObject({ entitlement: { kind: "none", reason: "grace_over" }, version: 2 });
  const audits = await world.audits();
  expect(audits.at(-1)).toMatchObject({
    ...{ cause: "review", statusBefore: "past_due", statusAfter: "past_due" },
    ...{ planBefore: "silver", planAfter: "silver" },
    ...{ accessBefore: "plan silver", accessAfter: "grace_over" },
  });
  await review();
  expect(queue.waiting()).toEqual([]);
  expect(await world.audits()).toHaveLength(audits.length);
});

test("a payment that was made good meanwhile, unheard, gives access on", async () => {
  await fail();
  await advance(6);
  await world.running.control("PUT", "/payments", []);
  const [invoice] = (await world.running.stripe.invoices.list({ status: "open" })).data;
  await world.running.stripe.invoices.pay(invoice?.id ?? "");
  await advance(1.1);
  await review();
  await queue.work();
  expect(await row()).toMatchObject({ entitlement: { kind: "entitled", planId: "silver" }, version: 1 });
});

test("a refresh that fails for a while is not lost, also when its message is", async () => {
  await fail();
  await advance(7.1);
  await review();
  const failing = {
    ...world.ports.stripe,
    subscriptionsOf: () => Promise.reject(new Failure("stripe_unavailable", "down", { retryable: true })),
  };
  await queue.work(failing);
  expect(queue.waiting()).toHaveLength(1);
  queue.lose();
  await advance(14 / (24 * 60));
  await review();
  expect(queue.waiting()).toEqual([]);
  await advance(1 / (24 * 60));
  await review();
  expect(queue.waiting()).toHaveLength(1);
  await queue.work();
  expect((await row())?.entitlement).toEqual({ kind: "none", reason: "grace_over" });
});
