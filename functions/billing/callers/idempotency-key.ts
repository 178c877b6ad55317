import type { HttpRequest } from "./http.ts";

export type SentKey =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "refused"; readonly code: "idempotency_key_missing" | "idempotency_key_malformed" };

/** What the `Idempotency-Key` may be. */
export const idempotencyKeyPattern = /^[\w-]{16,255}$/;

/** The caller's `Idempotency-Key`. */
export function idempotencyKeyOf({ headers }: HttpRequest): SentKey {
  const key = headers.get("idempotency-key") ?? "";
  if (key === "") return { kind: "refused", code: "idempotency_key_missing" };
  if (!idempotencyKeyPattern.test(key)) return { kind: "refused", code: "idempotency_key_malformed" };
  return { kind: "key", key };
}
