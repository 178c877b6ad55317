import { invalid, StripeError } from "./stripe-error.ts";

export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
}

export interface IdempotencyKeys {
  /**
   * Begins a request: `run` when it is the first with this key, `replay` when its answer is kept. Throws 409
   * while the first one is executing, and 400 when it had other parameters.
   */
  begin(
    key: string,
    fingerprint: string,
  ): { readonly kind: "run" } | ({ readonly kind: "replay" } & StoredAnswer);
  /** Keeps the answer of the request that has begun, for 24 hours and more. */
  keep(key: string, answer: StoredAnswer): void;
  /** Forgets the request, as if it had never been sent. */
  forget(key: string): void;
}

interface Entry {
  readonly fingerprint: string;
  readonly since: number;
  readonly answer?: StoredAnswer;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Idempotency of API v1 (https://docs.stripe.com/api/idempotent_requests). `now` gives epoch milliseconds. */
export function createIdempotencyKeys(now: () => number): IdempotencyKeys {
  const entries = new Map<string, Entry>();

  const prune = () => {
    // Kept in the order in which they came, so the old ones stand first.
    for (const [key, { since, answer }] of entries) {
      if (now() - since < dayMs) return;
      if (answer) entries.delete(key);
    }
  };

  return {
    begin(key, fingerprint) {
      if (key.length > 255) throw invalid("An idempotency key has at most 255 characters.");
      prune();
      const entry = entries.get(key);
      if (!entry) {
        entries.set(key, { fingerprint, since: now() });
        return { kind: "run" };
      }
      if (entry.fingerprint !== fingerprint) {
        throw new StripeError(
          400,
          `The idempotency key '${key}' was first used with other parameters or at another path. Use a new key for a new request.`,
          { type: "idempotency_error" },
        );
      }
      if (entry.answer) return { kind: "replay", ...entry.answer };
      throw new StripeError(409, `A request with the idempotency key '${key}' is still being executed.`, {
        type: "idempotency_error",
        code: "idempotency_key_in_use",
      });
    },
    keep(key, answer) {
      const entry = entries.get(key);
      if (entry) entries.set(key, { ...entry, answer });
    },
    forget(key) {
      entries.delete(key);
    },
  };
}

/**
 * Whether an answer is kept: once the endpoint has begun to execute, success, a declined card and a fault
 * are; a request that was refused for its parameters, its key or its rate is not.
 */
export const isKept = (status: number): boolean => status < 300 || status === 402 || status >= 500;
