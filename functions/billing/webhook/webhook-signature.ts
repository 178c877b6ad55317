import { createHmac, timingSafeEqual } from "node:crypto";

/** Seconds that a signature is good for, and that Stripe's clock may be ahead of ours. */
export const longestAge = 300;
export const longestLead = 60;

export type SignatureRefusal =
  | "signature_missing"
  | "signature_malformed"
  | "signature_wrong"
  | "signature_stale"
  | "signature_early";
export type SignatureCheck =
  | { readonly kind: "genuine" }
  | { readonly kind: "refused"; readonly code: SignatureRefusal };

const time = /^\d{1,12}$/;
const digest = /^[0-9a-f]{64}$/;
const longestHeader = 4_096;

/**
 * Checks the `Stripe-Signature` header over the exact bytes, for any of several secrets
 * (https://docs.stripe.com/webhooks#verify-manually). `now` is epoch seconds. A signature is compared before its
 * age, so that `stale` and `early` are said only of what Stripe signed.
 */
export function checkSignature(
  body: Buffer,
  header: string | undefined,
  secrets: readonly string[],
  now: number,
): SignatureCheck {
  const refuse = (code: SignatureRefusal): SignatureCheck => ({ kind: "refused", code });
  if (header === undefined || header === "") return refuse("signature_missing");
  if (header.length > longestHeader) return refuse("signature_malformed");
  const parts = header.split(",").map((part) => part.split("="));
  const times = parts.flatMap(([name, value = ""]) => (name === "t" ? [value] : []));
  const signatures = parts.flatMap(([name, value = ""]) => (name === "v1" ? [value] : []));
  const [signedAt, ...more] = times;
  if (signedAt === undefined || more.length > 0 || !time.test(signedAt) || signatures.length === 0) {
    return refuse("signature_malformed");
  }
  const given = signatures.filter((each) => digest.test(each)).map((each) => Buffer.from(each, "hex"));
  const isGenuine = secrets.some((secret) => {
    const expected = createHmac("sha256", secret).update(`${signedAt}.`).update(body).digest();
    return given.some((each) => timingSafeEqual(each, expected));
  });
  if (!isGenuine) return refuse("signature_wrong");
  if (now - Number(signedAt) > longestAge) return refuse("signature_stale");
  if (Number(signedAt) - now > longestLead) return refuse("signature_early");
  return { kind: "genuine" };
}
