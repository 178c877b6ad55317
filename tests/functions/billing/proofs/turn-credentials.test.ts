import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { turnCredentials } from "../../../../functions/billing/proofs/turn-credentials.ts";

const urls = ["turn:turn.example.com:3478?transport=udp", "turn:turn.example.com:443?transport=tcp"];

// printf %s USERNAME | openssl dgst -sha1 -hmac SECRET -binary | base64
test.each([
  [
    "north",
    "2bd806c97f0e00af",
    1_800_000_000_999,
    "1800000300:2bd806c97f0e00af",
    "yB1Mzzjw7ov4DaPOzS50b3rUsq8=",
  ],
  ["s3cr3t/with+odd=chars", "ab", 1_699_999_700_000, "1700000000:ab", "OOevA+avHgQ4UZAfc3O/HIXcWV8="],
])("with the secret %s, %s gets what openssl computes", (secret, user, now, username, credential) => {
  expect(turnCredentials({ urls, secret }, user, now)).toEqual({ urls, username, credential });
});

test("credentials end five minutes from now, to the second, at any time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (now) => {
      const [end = ""] = turnCredentials({ urls, secret: "north" }, "ab", now).username.split(":");
      const left = Number(end) * 1_000 - now;
      expect(left).toBeGreaterThan(299_000);
      expect(left).toBeLessThanOrEqual(300_000);
    }),
  );
});
