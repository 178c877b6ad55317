import { Stripe } from "stripe";
import { sha256 } from "../../shared/digest.ts";
import type { Attempt, AttemptLedger } from "./attempts.ts";
import type { Purchased } from "./purchase.ts";

export interface OncePorts {
  readonly attempts: AttemptLedger;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds until the function is ended. */
  readonly remaining: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly newId: () => string;
}

export interface Once {
  readonly user: string;
  readonly group: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  /** What was asked for, whole. */
  readonly body: string;
  /** The part of it that tells one purchase from another. */
  readonly purchase: string;
  /** Makes it at Stripe, or finds what this attempt made before. */
  readonly make: (attempt: string) => Promise<Purchased>;
  /** Whether what was made can still be used by another request for the same. */
  readonly isOpen: (outcome: string) => Promise<boolean>;
}

export type OnceDone =
  | { readonly kind: "done"; readonly outcome: string; readonly isReplay: boolean }
  | {
      readonly kind: "refused";
      readonly code: "idempotency_key_reused" | "subscription_in_progress" | "subscription_exists";
    };

/** Milliseconds between two looks at what another request is doing. */
export const pause = 150;
/** Milliseconds that must remain for work to begin. */
export const leastTime = 3_000;

/**
 * Lets one request at a time create in a plan group. Others that ask for the same get what it made; so does the
 * same key later, within a day. An attempt keeps its id, and with it Stripe's idempotency keys, until its outcome
 * is certain: after a crash or a fault the next request for the same goes on with it.
 */
export async function createOnce(ports: OncePorts, once: Once): Promise<OnceDone> {
  const { attempts, now, remaining } = ports;
  const { user } = once;
  const keyName = `key#${sha256(once.key)}`;
  const groupName = `group#${once.group}`;
  const body = sha256(once.body);
  const request = sha256(once.purchase);

  const keyRow = await claimKey(ports, user, keyName, body);
  if (keyRow.request !== body) return { kind: "refused", code: "idempotency_key_reused" };
  if (keyRow.outcome !== "") return { kind: "done", outcome: keyRow.outcome, isReplay: true };
  const remember = async (outcome: string, isReplay: boolean): Promise<OnceDone> => {
    // A conflict is another request with this key that came to the same.
    await attempts.write(user, keyName, { ...keyRow, outcome }, keyRow);
    return { kind: "done", outcome, isReplay };
  };

  while (remaining() > leastTime) {
    const read = await attempts.read(user, groupName);
    const isSame = read?.request === request;
    if (read && read.leaseUntil > now()) {
      if (!isSame) return { kind: "refused", code: "subscription_in_progress" };
      await ports.wait(pause);
      continue;
    }
    if (read && isSame && read.outcome !== "" && (await once.isOpen(read.outcome))) {
      return remember(read.outcome, true);
    }
    const attempt = read && isSame && read.outcome === "" && read.attempt ? read.attempt : ports.newId();
    const leaseUntil = now() + Math.min(remaining(), 30_000);
    const held = await attempts.write(user, groupName, { request, attempt, leaseUntil, outcome: "" }, read);
    if (held === "conflict") continue;
    const release = (change: Partial<Attempt>) =>
      attempts.write(user, groupName, { ...held, leaseUntil: 0, ...change }, held);
    try {
      const purchased = await once.make(attempt);
      if (purchased.kind === "refused") {
        await release({ attempt: "" });
        return purchased;
      }
      await release({ outcome: purchased.outcome });
      return await remember(purchased.outcome, false);
    } catch (error) {
      // A refusal of Stripe's is certain. After anything else the attempt is taken up again.
      await release(error instanceof Stripe.errors.StripeError ? { attempt: "" } : {});
      throw error;
    }
  }
  return { kind: "refused", code: "subscription_in_progress" };
}

/** The row of an idempotency key, made with the digest of the body where there is none. */
export async function claimKey(
  { attempts }: Pick<OncePorts, "attempts">,
  user: string,
  name: string,
  body: string,
): Promise<Attempt> {
  for (;;) {
    const read = await attempts.read(user, name);
    if (read && read.request !== "") return read;
    const written = await attempts.write(
      user,
      name,
      { request: body, attempt: "", leaseUntil: 0, outcome: "" },
      read,
    );
    if (written !== "conflict") return written;
  }
}
