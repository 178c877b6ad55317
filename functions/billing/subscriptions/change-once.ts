import { Stripe } from "stripe";
import { sha256 } from "../../shared/digest.ts";
import type { Attempt } from "../purchases/attempts.ts";
import { claimKey, leastTime, type OncePorts, pause } from "../purchases/create-once.ts";

export interface OnceChange<Refused> {
  readonly user: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  /** What was asked for, whole, with its route. */
  readonly body: string;
  /** Makes the change at Stripe, or finds it made. */
  readonly make: (attempt: string) => Promise<{ readonly kind: "made"; readonly outcome: string } | Refused>;
}

export type ChangeDone<Refused> =
  | { readonly kind: "done"; readonly outcome: string; readonly isReplay: boolean }
  | { readonly kind: "refused"; readonly code: "idempotency_key_reused" | "subscription_in_progress" }
  | Refused;

const leaseName = "change";

/**
 * Lets one request of a user at a time change a subscription. The others wait, and find what it did. A key that has
 * come to something changes nothing again within a day. Until then it keeps its attempt, and with it Stripe's
 * idempotency keys; a refusal of Stripe's is certain, and ends the attempt.
 */
export async function changeOnce<Refused extends { readonly kind: "refused" }>(
  ports: OncePorts,
  once: OnceChange<Refused>,
): Promise<ChangeDone<Refused>> {
  const { attempts, now, remaining } = ports;
  const { user } = once;
  const keyName = `key#${sha256(once.key)}`;
  const body = sha256(once.body);
  while (remaining() > leastTime) {
    const lease = await attempts.read(user, leaseName);
    if (lease && lease.leaseUntil > now()) {
      await ports.wait(pause);
      continue;
    }
    const leaseUntil = now() + Math.min(remaining(), 30_000);
    const held = await attempts.write(user, leaseName, { ...nothing, leaseUntil }, lease);
    if (held === "conflict") continue;
    try {
      return await changeWith(ports, once, keyName, body);
    } finally {
      await attempts.write(user, leaseName, nothing, held);
    }
  }
  return { kind: "refused", code: "subscription_in_progress" };
}

const nothing: Omit<Attempt, "version"> = { request: "", attempt: "", leaseUntil: 0, outcome: "" };

async function changeWith<Refused extends { readonly kind: "refused" }>(
  ports: OncePorts,
  { user, make }: OnceChange<Refused>,
  keyName: string,
  body: string,
): Promise<ChangeDone<Refused>> {
  const { attempts, newId } = ports;
  const claimed = await claimKey(ports, user, keyName, body);
  if (claimed.request !== body) return { kind: "refused", code: "idempotency_key_reused" };
  if (claimed.outcome !== "") return { kind: "done", outcome: claimed.outcome, isReplay: true };
  const attempt = claimed.attempt || newId();
  const kept = claimed.attempt
    ? claimed
    : await attempts.write(user, keyName, { ...claimed, attempt }, claimed);
  // Somebody's lease was over while he was at work.
  if (kept === "conflict") return { kind: "refused", code: "subscription_in_progress" };
  try {
    const made = await make(attempt);
    if (made.kind === "refused") {
      await attempts.write(user, keyName, { ...kept, attempt: "" }, kept);
      return made;
    }
    await attempts.write(user, keyName, { ...kept, outcome: made.outcome }, kept);
    return { kind: "done", outcome: made.outcome, isReplay: false };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) {
      await attempts.write(user, keyName, { ...kept, attempt: "" }, kept);
    }
    throw error;
  }
}
