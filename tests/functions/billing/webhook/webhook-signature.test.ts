import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Stripe } from "stripe";
import { checkSignature } from "../../../../functions/billing/webhook/webhook-signature.ts";
import { digestOf, now, oldSecret, secret } from "./webhook-world.ts";

const stripe = new Stripe("sk_test_fake_of_no_account");

const verifiedByStripe = (body: Buffer, header: string, secrets: readonly string[]): boolean =>
  secrets.some((each) => {
    try {
      stripe.webhooks.constructEvent(body, header, each, 300, undefined, now * 1000);
      return true;
    } catch {
      return false;
    }
  });

const signature = fc.constantFrom("good", "old", "of_another", "of_another_body", "cut", "noise");
const request = fc.record({
  body: fc.json().map((json) => Buffer.from(json)),
  age: fc.oneof(fc.integer({ min: -60, max: 310 }), fc.constantFrom(-60, 0, 299, 300, 301, 100_000)),
  schemes: fc.array(fc.tuple(fc.constantFrom("v1", "v1", "v1", "v0"), signature), { maxLength: 3 }),
  timeFirst: fc.boolean(),
  hasTime: fc.integer({ min: 0, max: 9 }).map((each) => each > 0),
});

test("a signature is genuine exactly when Stripe's own library says so", () => {
  let genuine = 0;
  fc.assert(
    fc.property(request, ({ body, age, schemes, timeFirst, hasTime }) => {
      const at = now - age;
      const digests: Readonly<Record<string, string>> = {
        good: digestOf(body, secret, at),
        old: digestOf(body, oldSecret, at),
        of_another: digestOf(body, "whsec_of_another", at),
        of_another_body: digestOf(Buffer.concat([body, Buffer.from(" ")]), secret, at),
        cut: digestOf(body, secret, at).slice(0, 63),
        noise: "ü",
      };
      const parts = schemes.map(([scheme, kind]) => `${scheme}=${digests[kind]}`);
      const time = hasTime ? [`t=${at}`] : [];
      const header = (timeFirst ? [...time, ...parts] : [...parts, ...time]).join(",");
      const ours = checkSignature(body, header, [secret, oldSecret], now).kind === "genuine";
      if (ours) genuine += 1;
      expect(ours).toBe(verifiedByStripe(body, header, [secret, oldSecret]));
    }),
    { numRuns: 10_000 },
  );
  // Otherwise the comparison would show little.
  expect(genuine).toBeGreaterThan(1_000);
});

test("one that is far ahead of our clock is refused, which Stripe's library takes", () => {
  const body = Buffer.from("{}");
  const header = `t=${now + 3_600},v1=${digestOf(body, secret, now + 3_600)}`;
  expect(verifiedByStripe(body, header, [secret])).toBe(true);
  expect(checkSignature(body, header, [secret], now)).toEqual({ kind: "refused", code: "signature_early" });
});
