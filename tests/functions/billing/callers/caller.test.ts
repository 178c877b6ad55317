import { expect, test } from "@jest/globals";
import { callerOf } from "../../../../functions/billing/callers/caller.ts";
import type { TokenVerifier } from "../../../../functions/billing/callers/tokens.ts";

const rules = { tenantClaim: "tenant", sharedTenant: "" };
const withClaims = (claims: Readonly<Record<string, unknown>>) => {
  const tokens: TokenVerifier = {
    verify: async () => ({ kind: "verified", subject: "auth0|42", claims }),
  };
  return callerOf(tokens, "Bearer token", rules);
};

test("a caller is a tenant and a subject, and the key of both", async () => {
  expect(await withClaims({ tenant: "acme" })).toEqual({
    ...{ kind: "caller", tenant: "acme", subject: "auth0|42", user: "acme#auth0|42", email: undefined },
  });
});

test("a refused token is the refusal, and so is a token without a tenant", async () => {
  const tokens: TokenVerifier = { verify: async () => ({ kind: "refused", code: "token_expired" }) };
  expect(await callerOf(tokens, "Bearer token", rules)).toEqual({ kind: "refused", code: "token_expired" });
  expect(await withClaims({})).toEqual({ kind: "refused", code: "tenant_missing" });
});

const long = (length: number) => "a".repeat(length);

test.each<[string, unknown, unknown, string | undefined]>([
  ["that the issuer verified", "ann@example.com", true, "ann@example.com"],
  ["that nobody verified", "ann@example.com", undefined, undefined],
  ["that is said to be verified in text", "ann@example.com", "true", undefined],
  ["of 250 characters on both sides", `${long(250)}@${long(250)}`, true, `${long(250)}@${long(250)}`],
  ["longer than Stripe takes, before the @", `${long(251)}@example.com`, true, undefined],
  ["longer than Stripe takes, behind it", `ann@${long(251)}`, true, undefined],
  ["with a space", "ann smith@example.com", true, undefined],
  ["without an @", "ann", true, undefined],
  ["that is no text", 7, true, undefined],
])("an address %s", async (_, email, email_verified, taken) => {
  expect(await withClaims({ tenant: "acme", email, email_verified })).toMatchObject({ email: taken });
});
