import { expect, test } from "@jest/globals";
import { billingEventOf, readBillingEvent } from "../../../functions/billing/webhook/billing-event.ts";
import { openShop, runStripe } from "../../local/stripe/running-stripe.ts";
import { startReceiver } from "../../local/stripe/webhooks/receiver.ts";

test("what a replay queues is what the webhook of the event queues", async () => {
  const running = await runStripe();
  const receiver = await startReceiver();
  const { stripe } = running;
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
  await stripe.v2.core.eventDestinations.create({
    ...{ name: "thin", type: "webhook_endpoint", event_payload: "thin" },
    enabled_events: ["v1.customer.subscription.created", "v1.invoice.paid"],
    webhook_endpoint: { url: receiver.url },
  });
  const { customer, monthly } = await openShop(stripe);
  const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  await stripe.subscriptions.cancel(id);
  await running.clock.advance(60_000);
  expect(receiver.received.length).toBeGreaterThan(8);
  for (const { body, event } of receiver.received) {
    const isThin = event.object === "v2.core.event";
    const asked = isThin
      ? await stripe.v2.core.events.retrieve(event.id)
      : await stripe.events.retrieve(event.id);
    expect(billingEventOf(asked)).toEqual(readBillingEvent(body));
    expect(billingEventOf(asked)).toMatchObject({ eventId: event.id, thin: isThin });
  }
  await running.fake.close();
  await receiver.close();
});
