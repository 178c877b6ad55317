import { afterEach, expect, jest, test } from "@jest/globals";
import { BillingClient } from "../../../local/console/page/billing-client.ts";
import { StripeHand } from "../../../local/console/page/stripe-hand.ts";

const services = {
  issuer: "http://127.0.0.1:1/t",
  billing: "http://127.0.0.1:2/v1",
  signaling: "ws://127.0.0.1:3",
  control: "http://127.0.0.1:4/t",
  stripeControl: "http://127.0.0.1:5/t",
};
const hand = new StripeHand(services);

/** Answers in this order, and fails when more is asked. */
function answerWith(...answers: (object | Error)[]) {
  const queue = [...answers];
  return jest.spyOn(globalThis, "fetch").mockImplementation(async () => {
    const answer = queue.shift();
    if (answer === undefined || answer instanceof Error)
      throw answer ?? new Error("nobody expected this request");
    return answer instanceof Response ? answer : Response.json(answer);
  });
}
afterEach(() => {
  jest.restoreAllMocks();
});

const customers = {
  items: [
    { user: "dev#mallory", stripeCustomerId: "cus_mallory" },
    { user: "dev#alice" },
    { user: "dev#alice", stripeCustomerId: "cus_alice" },
  ],
};
const summary = (more: object) => ({ subscriptions: [], charges: [], ...more });
const sent = (fetched: ReturnType<typeof answerWith>) =>
  fetched.mock.calls.map(([url, { method = "GET", body } = {}]) => [method, url, body]);

test("the payments of that user's customer fail, and those that were planned still do", async () => {
  const other = { outcome: "expired_card", times: 1 };
  const fetched = answerWith(customers, [other], []);
  expect(await hand.failNextPayment("alice")).toMatchObject({ kind: "answered" });
  expect(sent(fetched)).toEqual([
    ["GET", "http://127.0.0.1:4/t/tables/customers/items?limit=1000", undefined],
    ["GET", "http://127.0.0.1:5/t/payments", undefined],
    [
      "PUT",
      "http://127.0.0.1:5/t/payments",
      JSON.stringify([other, { outcome: "card_declined", customer: "cus_alice", times: 4 }]),
    ],
  ]);
});

test("the subscription that has not ended is ended, whatever ended before and after it began", async () => {
  const subscriptions = [
    { id: "sub_3", status: "incomplete_expired" },
    { id: "sub_2", status: "past_due" },
    { id: "sub_1", status: "canceled" },
  ];
  const fetched = answerWith(customers, summary({ subscriptions }), { id: "sub_2", status: "canceled" });
  expect(await hand.cancelNow("alice")).toEqual({
    kind: "answered",
    answer: "Stripe ended sub_2 at once.",
  });
  expect(sent(fetched).at(-1)).toEqual([
    "POST",
    "http://127.0.0.1:5/t/subscriptions/sub_2/cancel",
    undefined,
  ]);
});

test("the last charge is disputed, but not twice", async () => {
  const charge = { id: "ch_2", amount: 1_905, currency: "usd", disputed: false };
  answerWith(customers, summary({ charges: [charge] }), { id: "dp_1", status: "needs_response" });
  expect(await hand.disputeLastCharge("alice")).toMatchObject({
    answer: expect.stringContaining("The bank disputes ch_2 of 19.05 USD."),
  });
  answerWith(customers, summary({ charges: [{ ...charge, disputed: true }] }));
  expect(await hand.disputeLastCharge("alice")).toEqual({
    kind: "refused",
    words: "The last charge, ch_2, is disputed already.",
  });
});

test("says what is missing, and that the fake is down", async () => {
  answerWith(customers, summary({}));
  expect(await hand.cancelNow("alice")).toMatchObject({
    words: "Stripe has no subscription of this user that has not ended.",
  });
  answerWith(customers, summary({}));
  expect(await hand.disputeLastCharge("alice")).toMatchObject({
    words: "Stripe has no charge of this user.",
  });
  answerWith(customers);
  expect(await hand.cancelNow("carol")).toMatchObject({
    words: "carol is no customer of Stripe's yet: buy a plan first.",
  });
  answerWith(customers, new TypeError("Failed to fetch"));
  expect(await hand.cancelNow("alice")).toMatchObject({
    kind: "refused",
    words: expect.stringContaining("The Stripe fake gave no answer that this page may read"),
  });
});

const token = (name: string) => ({ access_token: name });
const none = { status: "none", denied: "no_subscription", pending: false, subscriptions: [] };
const bearers = (fetched: ReturnType<typeof answerWith>) =>
  fetched.mock.calls.map(([, { headers } = {}]) => (headers as Record<string, string>)?.authorization);

test("a token is used until it is refused, and then renewed once", async () => {
  const unauthorized = () => Response.json({ code: "token_expired", detail: "Too old." }, { status: 401 });
  const fetched = answerWith(token("a"), none, none, unauthorized(), token("b"), none);
  const client = new BillingClient(services, "alice");
  for (const _ of [1, 2, 3]) expect(await client.state()).toEqual({ kind: "answered", answer: none });
  expect(bearers(fetched)).toEqual([undefined, "Bearer a", "Bearer a", "Bearer a", undefined, "Bearer b"]);

  jest.restoreAllMocks();
  answerWith(token("c"), unauthorized());
  expect(await new BillingClient(services, "alice").state()).toMatchObject({
    kind: "refused",
    words: "The billing API refused: Too old. (401 token_expired)",
  });
});

test("each purchase has a key of its own, and leads to a page of the web only", async () => {
  const page = { status: "open", url: "http://127.0.0.1:9/c/pay/cs_1" };
  const fetched = answerWith(token("a"), page, page, { ...page, url: "javascript:alert(1)" });
  const client = new BillingClient(services, "x".repeat(128));
  expect(await client.buy("team")).toEqual({ kind: "answered", answer: page });
  await client.buy("team");
  const requests = fetched.mock.calls.slice(1).map(([, request]) => request);
  const keys = requests.map((request) => new Headers(request?.headers).get("idempotency-key"));
  expect(new Set(keys).size).toBe(2);
  expect(keys[0]).toMatch(/^[\w-]{36}$/);
  expect(JSON.parse(String(requests[0]?.body))).toEqual({
    plan: "team",
    mode: "checkout",
    customer: { name: "x".repeat(100), country: "DE" },
  });
  expect(await client.buy("team")).toMatchObject({ kind: "refused" });
});
