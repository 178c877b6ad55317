import * as v from "valibot";

export type TokenRequest =
  | { readonly kind: "valid"; readonly sub: string; readonly tenant?: string; readonly audience?: string }
  | { readonly kind: "invalid"; readonly description: string };

const schema = v.object(
  {
    sub: v.pipe(
      v.string(),
      // A letter, mark, number, punctuation, symbol or space: nothing that a log or a screen would not show.
      v.regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,128}$/u, "sub must be 1 to 128 printable characters"),
    ),
    tenant: v.optional(
      v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.-]{1,64}$/, "tenant must be 1 to 64 of a-z A-Z 0-9 _ . -")),
    ),
    audience: v.optional(v.pipe(v.string(), v.maxLength(255, "audience must have at most 255 characters"))),
  },
  "sub is required",
);

/**
 * Reads the body of `POST /token`. A field without a value counts as absent, one that comes twice is
 * invalid, and fields with other names are ignored (RFC 6749, 3.2).
 */
export function parseTokenRequest(contentType: string, body: string): TokenRequest {
  const mediaType = contentType.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/x-www-form-urlencoded") {
    return invalid("expected a body of type application/x-www-form-urlencoded");
  }
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (value === "") continue;
    if (fields.has(name)) return invalid("a field comes twice");
    fields.set(name, value);
  }
  const result = v.safeParse(schema, Object.fromEntries(fields));
  if (!result.success) return invalid(result.issues[0].message);
  const { sub, tenant, audience } = result.output;
  return {
    kind: "valid",
    sub,
    ...(tenant !== undefined && { tenant }),
    ...(audience !== undefined && { audience }),
  };
}

const invalid = (description: string): TokenRequest => ({ kind: "invalid", description });
