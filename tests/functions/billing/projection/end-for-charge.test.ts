import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import { matterToEnd } from "../../../../functions/billing/projection/end-for-charge.ts";
import { projectSubscription } from "../../../../functions/billing/projection/project-subscription.ts";
import type { BillingEvent } from "../../../../functions/billing/webhook/billing-event.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";
import { type ProjectionWorld, projectionWorld } from "./projection-world.ts";

const all = { onRefund: "end", onDispute: "end", onFraudWarning: "end" } as const;
const access = (given: object) => v.parse(accessPolicy, given);

test.each([
  ["charge.refunded", "refund", "onRefund"],
  ["charge.dispute.created", "dispute", "onDispute"],
  ["radar.early_fraud_warning.created", "fraud_warning", "onFraudWarning"],
])("%s ends a subscription where the seller says so, and only there", (type, matter, key) => {
  expect(matterToEnd(type, access(all))).toBe(matter);
  expect(matterToEnd(`v1.${type}`, access({ [key]: "end" }))).toBe(matter);
  expect(matterToEnd(type, access({ ...all, [key]: "keep" }))).toBeUndefined();
  expect(matterToEnd(type, access({}))).toBeUndefined();
});

test("no other event does", () => {
  for (const type of [
    "charge.dispute.closed",
    "refund.failed",
    "customer.subscription.updated",
    "toString",
  ]) {
    expect(matterToEnd(type, access(all))).toBeUndefined();
  }
});

describe("a subscription whose payment", () => {
  let world: ProjectionWorld;
  let subscription: string;
  let charge: string;
  beforeEach(async () => {
    world = await projectionWorld();
    const { stripe, control } = world.running;
    await control("PUT", "/settings", { onDispute: "nothing" });
    const items = [{ price: world.shop.monthly.id }];
    subscription = (await stripe.subscriptions.create({ customer: world.shop.customer.id, items })).id;
    charge = (await stripe.charges.list()).data[0]?.id ?? "";
  });
  afterEach(() => world.close());

  const status = async () => (await world.running.stripe.subscriptions.retrieve(subscription)).status;
  /** The worker takes a message of the event; its line. */
  const take = async (type: string, objectId: string, policy: object = all) => {
    const { telemetry, lines } = recordedTelemetry("project-subscription");
    const ports = { ...world.ports, access: access(policy), telemetry };
    const worker = projectSubscription({ ...ports, receipts: { postpone: async () => {} } });
    const body: BillingEvent = {
      ...{ v: 1, eventId: "evt_1", type, created: 1, objectId, livemode: false, thin: false },
    };
    const attributes = { ApproximateReceiveCount: "1", MessageGroupId: objectId };
    const record = { messageId: "m-1", receiptHandle: "r-1", body: JSON.stringify(body), attributes };
    const { batchItemFailures } = await worker({ Records: [record] });
    return { failed: batchItemFailures.length, ...lines()[0] };
  };
  const refund = (amount?: number) =>
    world.running.stripe.refunds.create({ charge, ...(amount !== undefined && { amount }) });
  const dispute = async () => {
    await world.running.control("POST", `/charges/${charge}/dispute`, {});
    return (await world.running.stripe.disputes.list()).data[0]?.id ?? "";
  };

  test("went back is ended, once, and kept by default", async () => {
    await refund();
    expect(await take("charge.refunded", charge, {})).toMatchObject({ outcome: "served", failed: 0 });
    expect(await status()).toBe("active");
    expect(await take("charge.refunded", charge)).toMatchObject({ outcome: "served", code: "charge_ended" });
    expect(await status()).toBe("canceled");
    expect(await take("charge.refunded", charge)).toMatchObject({ code: "charge_ended", failed: 0 });
  });

  test("went back in part is kept", async () => {
    await refund(500);
    expect(await take("charge.refunded", charge)).toMatchObject({ code: "charge_kept" });
    expect(await status()).toBe("active");
  });

  test("is contested is ended, and kept when the seller has won meanwhile", async () => {
    const id = await dispute();
    await world.running.stripe.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
    expect(await take("charge.dispute.created", id)).toMatchObject({ code: "charge_kept" });
    expect(await status()).toBe("active");
  });

  test("is contested is ended while that is open", async () => {
    expect(await take("charge.dispute.created", await dispute())).toMatchObject({ code: "charge_ended" });
    expect(await status()).toBe("canceled");
  });

  test("is warned of is ended", async () => {
    await world.running.control("POST", `/charges/${charge}/early-fraud-warning`);
    const [warning] = (await world.running.stripe.radar.earlyFraudWarnings.list()).data;
    expect(await take("radar.early_fraud_warning.created", warning?.id ?? "")).toMatchObject({
      code: "charge_ended",
    });
    expect(await status()).toBe("canceled");
  });

  test("cannot be asked for at Stripe comes back", async () => {
    await refund();
    await world.running.control("PUT", "/requests", [{ kind: "error", method: "GET", path: "/v1/charges" }]);
    expect(await take("charge.refunded", charge)).toMatchObject({ outcome: "failed", failed: 1 });
    expect(await status()).toBe("active");
    expect(await take("charge.refunded", charge)).toMatchObject({ code: "charge_ended" });
  });

  test("Stripe does not know changes nothing", async () => {
    for (const [type, id] of [
      ["charge.refunded", "ch_gone"],
      ["charge.dispute.created", "dp_gone"],
      ["radar.early_fraud_warning.created", "issfr_gone"],
    ] as const) {
      expect(await take(type, id)).toMatchObject({ code: "charge_kept", failed: 0 });
    }
  });
});
