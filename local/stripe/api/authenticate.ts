import { createHash, timingSafeEqual } from "node:crypto";
import { StripeError } from "./stripe-error.ts";

/**
 * Lets a request through that carries `secretKey`, as a bearer token or as the user of basic authentication
 * (https://docs.stripe.com/api/authentication). Throws 401 otherwise; a live key is refused by name, and
 * never repeated.
 */
export function authenticate(authorization: string | undefined, secretKey: string): void {
  const key = keyOf(authorization ?? "");
  if (key === "") throw unauthorized("You did not provide an API key: send it as a bearer token.");
  if (/^[a-z]{2}_live_/.test(key)) {
    throw unauthorized("This is a fake of Stripe. It never takes a live key: keep yours away from it.");
  }
  if (!isSame(key, secretKey)) throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

function keyOf(authorization: string): string {
  const [, scheme = "", credentials = ""] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== "basic") return credentials;
  return Buffer.from(credentials, "base64").toString("utf8").split(":")[0] ?? "";
}

const masked = (key: string) => `${key.slice(0, 8)}${"*".repeat(8)}${key.length > 16 ? key.slice(-4) : ""}`;
const unauthorized = (message: string) => new StripeError(401, message);
const digest = (value: string) => createHash("sha256").update(value).digest();
const isSame = (guess: string, key: string) => timingSafeEqual(digest(guess), digest(key));
