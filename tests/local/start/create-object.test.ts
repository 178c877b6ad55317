import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createObject } from "../../../local/start/create-object.ts";
import { type StripeFake, startStripe } from "../../../local/stripe/stripe.ts";

let fake: StripeFake;
beforeEach(async () => {
  fake = await startStripe({ clock: new AdvanceableClock(), token: "t".repeat(43) });
});
afterEach(() => fake.close());

test("makes an object that the API then has", async () => {
  const product = await createObject(fake, "/v1/products", { name: "Team & Co" });
  const response = await fetch(`${fake.url}/v1/products/${product.id}`, {
    headers: { authorization: `Bearer ${fake.secretKey}` },
  });
  expect(await response.json()).toMatchObject({ id: product.id, name: "Team & Co", livemode: false });
});

test("gives the secret of a webhook endpoint", async () => {
  const endpoint = await createObject(fake, "/v1/webhook_endpoints", {
    url: "http://127.0.0.1:9/stripe/webhook",
    "enabled_events[0]": "*",
  });
  expect(endpoint).toMatchObject({ secret: expect.stringMatching(/^whsec_/), enabled_events: ["*"] });
});

test("rejects with the answer when it is refused", async () => {
  await expect(createObject(fake, "/v1/prices", { product: "prod_none" })).rejects.toThrow(
    /^The Stripe fake refused POST \/v1\/prices: .*"type":"invalid_request_error"/s,
  );
});
