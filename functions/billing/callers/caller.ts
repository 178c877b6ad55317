import { type Tenant, tenantOf } from "./tenant.ts";
import type { TokenRefusal, TokenVerifier } from "./tokens.ts";

export type Caller =
  | {
      readonly kind: "caller";
      readonly tenant: string;
      readonly subject: string;
      /** `tenant#subject`; a tenant has no `#`. */
      readonly user: string;
      /** The token's, if its issuer verified it. */
      readonly email: string | undefined;
    }
  | {
      readonly kind: "refused";
      readonly code: TokenRefusal | Extract<Tenant, { kind: "refused" }>["code"];
    };

/** Who sends the Authorization header. Throws Failure `issuer_…` when the token cannot be checked. */
export async function callerOf(
  tokens: TokenVerifier,
  authorization: string | undefined,
  { tenantClaim, sharedTenant }: { readonly tenantClaim: string; readonly sharedTenant: string },
): Promise<Caller> {
  const token = await tokens.verify(authorization);
  if (token.kind === "refused") return token;
  const { subject, claims } = token;
  const named = tenantOf(claims, tenantClaim, sharedTenant);
  if (named.kind === "refused") return named;
  const { email, email_verified: isVerified } = claims;
  return {
    kind: "caller",
    tenant: named.tenant,
    subject,
    user: `${named.tenant}#${subject}`,
    // Stripe takes at most 512 characters.
    email:
      isVerified === true && typeof email === "string" && /^[^\s@]{1,250}@[^\s@]{1,250}$/.test(email)
        ? email
        : undefined,
  };
}
