import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { describeBody } from "../../../operate/dead-letters/describe-body.ts";

test.each<[object, object]>([
  [
    { v: 1, eventId: "evt_1", type: "invoice.paid", customerId: "cus_1", objectId: "in_1", livemode: true },
    { eventId: "evt_1", type: "invoice.paid", customerId: "cus_1", objectId: "in_1" },
  ],
  [
    { v: 1, user: "acme#ada@example.com", version: 3, cause: "review" },
    // printf ada@example.com | sha256sum | cut -c1-16
    { user: "acme#b5fc85e55755f9e0", version: "3", cause: "review" },
  ],
  [
    { v: 2, kind: "posted", channel: "acme#room", name: "bob", settled: [{ frame: { payload: "v=0" } }] },
    // printf room | sha256sum | cut -c1-16, and bob
    { kind: "posted", channel: "acme#1f1c5b2fad778434", name: "81b637d8fcd2c6da" },
  ],
])("of %j is told %j", (body, told) => {
  expect(describeBody(JSON.stringify(body))).toEqual(told);
});

test.each(["", "no JSON", "[]", "null", '"text"', '{"kind":{}}', '{"frame":"v=0"}'])(
  "of %j, which cannot be read, the size and the digits are told",
  (body) => {
    expect(describeBody(body)).toEqual({
      unreadable: `${Buffer.byteLength(body)} bytes`,
      digits: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  },
);

test("what people write or choose is never told as it is", () => {
  const secret = "Zebra-SDP\r\n";
  const key = fc.constantFrom("kind", "cause", "user", "name", "channel", "sender", "frame", "settled", "x");
  const bodies = fc.dictionary(key, fc.constantFrom(secret, `acme#${secret}`, `#${secret}`));
  fc.assert(
    fc.property(bodies, (body) => {
      expect(JSON.stringify(describeBody(JSON.stringify(body)))).not.toContain("Zebra");
    }),
  );
});
