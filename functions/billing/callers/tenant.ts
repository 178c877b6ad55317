import * as v from "valibot";

const tenantName = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.-]{1,64}$/));

export type Tenant =
  | { readonly kind: "tenant"; readonly tenant: string }
  | { readonly kind: "refused"; readonly code: "tenant_missing" | "tenant_invalid" };

/**
 * The caller's tenant: the named claim of its token; without that claim the shared tenant, if there is
 * one. A claim that is not a tenant's name is refused, never replaced by the shared tenant.
 */
export function tenantOf(
  claims: Readonly<Record<string, unknown>>,
  tenantClaim: string,
  sharedTenant: string,
): Tenant {
  if (!Object.hasOwn(claims, tenantClaim)) {
    return sharedTenant === ""
      ? { kind: "refused", code: "tenant_missing" }
      : { kind: "tenant", tenant: sharedTenant };
  }
  const parsed = v.safeParse(tenantName, claims[tenantClaim]);
  if (!parsed.success) return { kind: "refused", code: "tenant_invalid" };
  return { kind: "tenant", tenant: parsed.output };
}
