import { expect, test } from "@jest/globals";
import { effectOf } from "../../../../functions/billing/webhook/webhook-events.ts";

test.each([
  ["customer.subscription.updated", "refresh"],
  ["charge.refunded", "record"],
  ["v1.invoice.paid", "refresh"],
  ["v1.charge.dispute.created", "record"],
  ["v1.customer.subscription.became_active", "refresh"],
  ["customer.subscription.became_active", undefined],
  ["v1.payment_intent.succeeded", undefined],
  ["payment_intent.succeeded", undefined],
  ["constructor", undefined],
  ["v1.__proto__", undefined],
])("%s causes %s", (type, effect) => {
  expect(effectOf(type)).toBe(effect);
});
