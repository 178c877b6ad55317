import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { largestWebhook } from "../../../../functions/billing/webhook/webhook.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { anyCodePoint } from "../../../any-code-point.ts";
import {
  digestOf,
  now,
  oldSecret,
  type Sent,
  secret,
  signed,
  subscriptionUpdated,
  webhookWorld,
} from "./webhook-world.ts";

const body = subscriptionUpdated;
const header = signed(body);
const with_ = (signature: string, text = body): Sent => ({
  body: text,
  headers: { "Stripe-Signature": signature },
});
const eventWith = (change: object): string => JSON.stringify({ ...JSON.parse(body), ...change });
const signedEvent = (change: object): Sent => with_(signed(eventWith(change)), eventWith(change));
const thin = JSON.stringify({
  id: "evt_test_2",
  object: "v2.core.event",
  created: new Date((now - 1) * 1000).toISOString(),
  livemode: false,
  related_object: { id: "sub_1", type: "subscription", url: "/v1/subscriptions/sub_1" },
  type: "v1.customer.subscription.updated",
});
const unicode = eventWith({ data: { object: { id: "sub_1", customer: "cus_1", note: "Zoë – ☎ 𝄞" } } });
const padded = (bytes: number): string => body + " ".repeat(bytes - Buffer.byteLength(body));
const other = digestOf(body, "whsec_of_another");

/** Name, request, status, code or outcome. */
const requests: readonly (readonly [string, Sent, number, string])[] = [
  ["a snapshot event", with_(header), 200, "queued"],
  ["a thin event", with_(signed(thin), thin), 200, "queued"],
  ["one that the older secret signed", with_(signed(body, oldSecret)), 200, "queued"],
  [
    "one with two signatures, the second good",
    with_(`t=${now},v1=${other},v1=${digestOf(body)}`),
    200,
    "queued",
  ],
  [
    "one with two signatures, the first good",
    with_(`t=${now},v1=${digestOf(body)},v1=${other}`),
    200,
    "queued",
  ],
  ["one with a scheme of the past beside", with_(`${header},v0=${other}`), 200, "queued"],
  ["one whose time comes last", with_(`v1=${digestOf(body)},t=${now}`), 200, "queued"],
  [
    "a body in base64",
    { ...with_(header, Buffer.from(body).toString("base64")), isBase64Encoded: true },
    200,
    "queued",
  ],
  ["a body of many bytes a character", with_(signed(unicode), unicode), 200, "queued"],
  [
    "the same in base64",
    { ...with_(signed(unicode), Buffer.from(unicode).toString("base64")), isBase64Encoded: true },
    200,
    "queued",
  ],
  ["a header name in lower case", { body, headers: { "stripe-signature": header } }, 200, "queued"],
  ["a header name in upper case", { body, headers: { "STRIPE-SIGNATURE": header } }, 200, "queued"],
  [
    "a header among those with many values only",
    { body, headers: null, multiValueHeaders: { "Stripe-Signature": [header] } },
    200,
    "queued",
  ],
  ["one of exactly 300 seconds", with_(signed(body, secret, now - 300)), 200, "queued"],
  ["one that is 60 seconds ahead", with_(signed(body, secret, now + 60)), 200, "queued"],
  ["a body of exactly 256 KB", with_(signed(padded(largestWebhook)), padded(largestWebhook)), 200, "queued"],
  ["a type that we did not ask for", signedEvent({ type: "product.created" }), 200, "type_unused"],
  ["a type that nobody knows yet", signedEvent({ type: "v9.moon.landed" }), 200, "type_unused"],
  [
    "an object without an id",
    signedEvent({ type: "invoice.upcoming", data: { object: { customer: "cus_1" } } }),
    200,
    "type_unused",
  ],

  ["no headers at all", { body, headers: null }, 400, "signature_missing"],
  ["an empty header", with_(""), 400, "signature_missing"],
  ["another header only", { body, headers: { "X-Stripe-Signature": header } }, 400, "signature_missing"],
  ["a header without a time", with_(`v1=${digestOf(body)}`), 400, "signature_malformed"],
  ["a header without a signature", with_(`t=${now}`), 400, "signature_malformed"],
  [
    "a header with a scheme of the past only",
    with_(`t=${now},v0=${digestOf(body)}`),
    400,
    "signature_malformed",
  ],
  [
    "a time that is no number",
    with_(`t=now,v1=${digestOf(body, secret, "now")}`),
    400,
    "signature_malformed",
  ],
  ["a negative time", with_(`t=-1,v1=${digestOf(body, secret, -1)}`), 400, "signature_malformed"],
  ["two times", with_(`t=${now - 900},${header}`), 400, "signature_malformed"],
  [
    "two headers",
    {
      body,
      headers: { "Stripe-Signature": header },
      multiValueHeaders: { "Stripe-Signature": [signed(body, "x"), header] },
    },
    400,
    "signature_malformed",
  ],
  ["a header of 5,000 characters", with_(`${header},v1=${"0".repeat(5_000)}`), 400, "signature_malformed"],
  ["a secret of another endpoint", with_(signed(body, "whsec_of_another")), 400, "signature_wrong"],
  ["an empty secret", with_(signed(body, "")), 400, "signature_wrong"],
  ["a signature that is cut", with_(header.slice(0, -1)), 400, "signature_wrong"],
  ["a signature in capitals", with_(`t=${now},v1=${digestOf(body).toUpperCase()}`), 400, "signature_wrong"],
  ["another body", with_(header, eventWith({ id: "evt_2" })), 400, "signature_wrong"],
  ["the same JSON with a space more", with_(header, `${body} `), 400, "signature_wrong"],
  ["another time than was signed", with_(`t=${now - 1},v1=${digestOf(body)}`), 400, "signature_wrong"],
  [
    "base64 that is not said to be",
    with_(header, Buffer.from(body).toString("base64")),
    400,
    "signature_wrong",
  ],
  ["one of 301 seconds", with_(signed(body, secret, now - 301)), 400, "signature_stale"],
  ["one of the year 1970", with_(signed(body, secret, 0)), 400, "signature_stale"],
  ["one that is 61 seconds ahead", with_(signed(body, secret, now + 61)), 400, "signature_early"],
  [
    "a body of 256 KB and a byte",
    with_(signed(padded(largestWebhook + 1)), padded(largestWebhook + 1)),
    413,
    "webhook_too_large",
  ],
  ["no body", { headers: { "Stripe-Signature": signed("") }, body: null }, 400, "webhook_malformed"],
  ["a body that is not JSON", with_(signed("{"), "{"), 400, "webhook_malformed"],
  ["JSON that is no event", with_(signed("[]"), "[]"), 400, "webhook_malformed"],
  ["an event whose id could not be a group's", signedEvent({ id: "evt 1" }), 400, "webhook_malformed"],
];

describe("a webhook", () => {
  test.each(requests)("with %s is answered as it should be", async (_name, sent, status, code) => {
    const { receive, recorded, queued } = webhookWorld();
    expect((await receive(sent)).statusCode).toBe(status);
    const [line, ...more] = recorded.lines();
    expect(more).toEqual([]);
    expect(line?.code ?? line?.outcome).toBe(code);
    expect(queued).toHaveLength(code === "queued" ? 1 : 0);
  });

  test("is queued by the ids that it names, without what it says", async () => {
    const { receive, queued } = webhookWorld();
    await receive(with_(header));
    await receive(with_(signed(thin), thin));
    expect(queued).toEqual([
      {
        v: 1,
        eventId: "evt_1",
        type: "customer.subscription.updated",
        created: 1_799_999_999,
        objectId: "sub_1",
        customerId: "cus_1",
        livemode: false,
        thin: false,
      },
      {
        v: 1,
        eventId: "evt_test_2",
        type: "v1.customer.subscription.updated",
        created: 1_799_999_999,
        objectId: "sub_1",
        livemode: false,
        thin: true,
      },
    ]);
  });

  test("that cannot be queued gets 503, so that Stripe sends it again", async () => {
    const failure = new Failure("sqs_unavailable", "sqs is slow", { retryable: true });
    const { receive, recorded } = webhookWorld(failure);
    const { statusCode, body: answered } = await receive(with_(header));
    expect([statusCode, JSON.parse(answered)]).toMatchObject([
      503,
      { code: "storage_unavailable", retryable: true, requestId: "r-1" },
    ]);
    expect(recorded.lines()).toMatchObject([
      { outcome: "failed", code: "sqs_unavailable", stripeEventId: "evt_1", level: "ERROR" },
    ]);
  });

  test("has one log line, which names event and type and nothing of what it says", async () => {
    const { receive, recorded } = webhookWorld();
    await receive(with_(signed(unicode), unicode));
    expect(recorded.lines()).toMatchObject([
      {
        event: "webhook",
        outcome: "queued",
        stripeEventId: "evt_1",
        stripeType: "customer.subscription.updated",
        requestId: "r-1",
        Webhooks: 1,
      },
    ]);
    expect(recorded.text()).not.toMatch(/Zoë|whsec|v1=/);
  });

  test("of whatever form is answered, never thrown", async () => {
    const field = fc.oneof(
      fc.string(),
      fc.constantFrom(header, body, "t=", "v1=", "t=1,v1="),
      fc.string({ unit: anyCodePoint }),
    );
    const request = fc.record({
      signature: field,
      text: fc.oneof(field, fc.json()),
      base64: fc.boolean(),
      sign: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ signature, text, base64, sign }) => {
        const { receive, queued } = webhookWorld();
        const bytes = Buffer.from(text, base64 ? "base64" : "utf8");
        const { statusCode } = await receive({
          ...with_(sign ? signed(bytes) : signature, text),
          isBase64Encoded: base64,
        });
        expect([200, 400]).toContain(statusCode);
        if (text !== body) expect(queued).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
