import { expect, test } from "@jest/globals";
import { readBillingEvent, sqsBillingEvents } from "../../../../functions/billing/webhook/billing-event.ts";
import type { SQSClient } from "../../../../functions/shared/aws/sqs.ts";
import { straight } from "../../straight.ts";

const snapshot = (object: object, type = "invoice.paid") =>
  JSON.stringify({
    object: "event",
    id: "evt_1",
    type,
    created: 1_800_000_000,
    livemode: false,
    data: { object },
  });
const thin = (more: object) =>
  JSON.stringify({
    ...{ object: "v2.core.event", id: "evt_2", type: "v1.customer.subscription.updated" },
    ...{ created: "2027-01-15T08:00:00.000Z", livemode: true, ...more },
  });
const paid = {
  v: 1,
  eventId: "evt_1",
  type: "invoice.paid",
  created: 1_800_000_000,
  livemode: false,
  thin: false,
};
const told = {
  ...{ v: 1, eventId: "evt_2", type: "v1.customer.subscription.updated", created: 1_800_000_000 },
  ...{ livemode: true, thin: true },
};

test.each<[string, string, object]>([
  ["its customer", snapshot({ id: "in_1", customer: "cus_1" }), { objectId: "in_1", customerId: "cus_1" }],
  [
    "a customer that is written out",
    snapshot({ id: "in_1", customer: { id: "cus_1", email: "zoe@example.com" } }),
    { objectId: "in_1", customerId: "cus_1" },
  ],
  [
    "a customer itself",
    snapshot({ id: "cus_1", object: "customer" }),
    { objectId: "cus_1", customerId: "cus_1" },
  ],
  ["nobody", snapshot({ id: "in_1", customer: null }), { objectId: "in_1" }],
  ["an object without an id", snapshot({ customer: "cus_1" }), { objectId: "evt_1", customerId: "cus_1" }],
])("a snapshot event that names %s", (_, text, names) => {
  expect(readBillingEvent(text)).toEqual({ ...paid, ...names });
});

test.each<[string, string, object]>([
  ["a subscription", thin({ related_object: { id: "sub_1" } }), { objectId: "sub_1" }],
  ["a customer", thin({ related_object: { id: "cus_1" } }), { objectId: "cus_1", customerId: "cus_1" }],
  ["nothing", thin({ related_object: null }), { objectId: "evt_2" }],
  ["nothing at all", thin({}), { objectId: "evt_2" }],
])("a thin event that names %s", (_, text, names) => {
  expect(readBillingEvent(text)).toEqual({ ...told, ...names });
});

test.each(["", "null", "[]", "{", '{"object":"event"}', snapshot({ id: "in 1" }), thin({ created: "soon" })])(
  "%j is no event",
  (text) => {
    expect(readBillingEvent(text)).toBeUndefined();
  },
);

test("an event is queued behind others of its customer, or of its object where none is named", async () => {
  const groups: unknown[][] = [];
  const client = {
    send: async ({ input }: { input: Record<string, unknown> }) =>
      void groups.push([input.MessageGroupId, input.MessageDeduplicationId]),
  };
  const events = sqsBillingEvents(client as unknown as SQSClient, "https://queue", straight);
  for (const text of [
    snapshot({ id: "in_1", customer: "cus_1" }),
    thin({ related_object: { id: "sub_1" } }),
  ]) {
    const event = readBillingEvent(text);
    if (event) await events.send(event);
  }
  expect(groups).toEqual([
    ["cus_1", "evt_1"],
    ["sub_1", "evt_2"],
  ]);
});
