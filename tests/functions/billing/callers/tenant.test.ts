import { expect, test } from "@jest/globals";
import { tenantOf } from "../../../../functions/billing/callers/tenant.ts";

test("the tenant is the one that the token names", () => {
  expect(tenantOf({ tenant: "acme" }, "tenant", "dev")).toEqual({ kind: "tenant", tenant: "acme" });
  expect(tenantOf({ "https://x.y/org": "acme.eu" }, "https://x.y/org", "")).toEqual({
    kind: "tenant",
    tenant: "acme.eu",
  });
});

test("a token without a tenant shares the configured one, or is refused", () => {
  expect(tenantOf({}, "tenant", "dev")).toEqual({ kind: "tenant", tenant: "dev" });
  expect(tenantOf({}, "tenant", "")).toEqual({ kind: "refused", code: "tenant_missing" });
  expect(tenantOf({}, "constructor", "")).toEqual({ kind: "refused", code: "tenant_missing" });
});

test.each(["", "a#b", "a b", "x".repeat(65), 7, null, ["acme"], { id: "acme" }])(
  "a tenant of %j is refused, never shared",
  (tenant) => {
    expect(tenantOf({ tenant }, "tenant", "dev")).toEqual({ kind: "refused", code: "tenant_invalid" });
  },
);
