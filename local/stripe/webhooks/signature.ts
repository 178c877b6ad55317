import { createHmac } from "node:crypto";

/**
 * The `Stripe-Signature` of a body (https://docs.stripe.com/webhooks#verify-manually): the time in epoch seconds,
 * and a `v1` for each secret, HMAC-SHA256 of `time.body` in hexadecimal.
 */
export function signatureOf(body: string, secrets: readonly string[], time: number): string {
  const signatures = secrets.map((secret) =>
    createHmac("sha256", secret).update(`${time}.${body}`).digest("hex"),
  );
  return [`t=${time}`, ...signatures.map((signature) => `v1=${signature}`)].join(",");
}
