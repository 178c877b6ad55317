import { expect, test } from "@jest/globals";
import { readWebhookRequest } from "../../../../functions/billing/webhook/webhook-request.ts";

const requestContext = { requestId: "r-1" };

test.each([[undefined], ["text"], [{}], [{ requestContext: {} }], [{ requestContext, body: 7 }]])(
  "%j is no request",
  (event) => {
    expect(() => readWebhookRequest(event)).toThrow(expect.objectContaining({ code: "event_malformed" }));
  },
);

test("without headers there is no signature, and without a body no bytes", () => {
  for (const nothing of [null, undefined]) {
    const event = { requestContext, headers: nothing, multiValueHeaders: nothing, body: nothing };
    expect(readWebhookRequest(event)).toEqual({
      ...{ requestId: "r-1", signature: undefined, body: Buffer.alloc(0) },
    });
  }
});

test("a header that came twice is both, and where only the last value is told, that one", () => {
  const twice = { "STRIPE-Signature": ["a", "b"] };
  expect(readWebhookRequest({ requestContext, multiValueHeaders: twice }).signature).toBe("a,b");
  const last = { "stripe-signature": "b" };
  expect(readWebhookRequest({ requestContext, headers: last }).signature).toBe("b");
});

test("the bytes are those that came, encoded or not", () => {
  const plain = readWebhookRequest({ requestContext, body: "é" });
  expect(plain.body).toEqual(Buffer.from([0xc3, 0xa9]));
  const encoded = readWebhookRequest({ requestContext, body: "/wA=", isBase64Encoded: true });
  expect(encoded.body).toEqual(Buffer.from([0xff, 0x00]));
});
