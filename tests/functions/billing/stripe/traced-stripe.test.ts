import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import { tracedStripe } from "../../../../functions/billing/stripe/traced-stripe.ts";
import { telemetry } from "../../../../functions/shared/telemetry.ts";
import { fakeTracing } from "../../shared/tracing/fake-tracing.ts";

let status = 200;
const server = createServer((_, response) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(status === 200 ? '{"id":"cus_1"}' : '{"error":{"type":"api_error","message":"alice"}}');
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

const stripe = () =>
  new Stripe("sk_test_fake_1", {
    ...{ host: "127.0.0.1", port: (server.address() as AddressInfo).port, protocol: "http" as const },
    ...{ maxNetworkRetries: 0, telemetry: false, httpClient: tracedStripe() },
  });

async function callsOf(work: (stripe: Stripe) => Promise<unknown>) {
  const { ports: tracing, sent } = fakeTracing();
  const { observe } = telemetry("webhook", { now: () => 0, elapsed: () => 0, write: () => {}, tracing });
  await observe("webhook", async () => work(stripe()).catch(() => {}));
  return { sent: JSON.stringify(sent), calls: (sent as [{ subsegments: object[] }])[0].subsegments };
}

test.each<[string, (stripe: Stripe) => Promise<unknown>, string, string]>([
  ["a customer", (stripe) => stripe.customers.retrieve("cus_secret"), "GET", "/v1/customers/:id"],
  ["tax ids", (stripe) => stripe.customers.listTaxIds("cus_secret"), "GET", "/v1/customers/:id/tax_ids"],
  ["a list", (stripe) => stripe.subscriptions.list({ customer: "cus_secret" }), "GET", "/v1/subscriptions"],
  [
    "a session",
    (stripe) => stripe.checkout.sessions.expire("cs_secret"),
    "POST",
    "/v1/checkout/sessions/:id/expire",
  ],
  ["an id like a word", (stripe) => stripe.customers.retrieve("alice"), "GET", "/v1/customers/:id"],
])("a request for %s names its way without its ids", async (_, work, method, path) => {
  status = 200;
  const { calls, sent } = await callsOf(work);
  expect(calls).toMatchObject([
    {
      name: "127.0.0.1",
      namespace: "remote",
      http: { request: { method, url: `http://127.0.0.1${path}` }, response: { status: 200 } },
    },
  ]);
  expect(sent).not.toMatch(/secret|alice/);
});

test.each([
  [402, { error: true }],
  [429, { error: true, throttle: true }],
  [500, { fault: true }],
])("an answer of %i is marked", async (answered, flags) => {
  status = answered;
  const { calls, sent } = await callsOf((stripe) => stripe.customers.retrieve("cus_1"));
  expect(calls).toMatchObject([{ http: { response: { status: answered } }, ...flags }]);
  expect(sent).not.toContain("alice");
});

test("a server that does not answer is a fault", async () => {
  const { calls } = await callsOf(() =>
    new Stripe("sk_test_fake_1", {
      ...{ host: "127.0.0.1", port: 1, protocol: "http" as const, maxNetworkRetries: 0 },
      httpClient: tracedStripe(),
    }).customers.retrieve("cus_1"),
  );
  expect(calls).toMatchObject([{ fault: true, cause: { exceptions: [{ type: expect.any(String) }] } }]);
});
