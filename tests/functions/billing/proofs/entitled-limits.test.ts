import { expect, test } from "@jest/globals";
import type { Customer } from "../../../../functions/billing/projection/customers.ts";
import { entitledLimits } from "../../../../functions/billing/proofs/entitled-limits.ts";

const limits = {
  maxFrameBytes: 16_384,
  framesPerSecond: 20,
  peersPerChannel: 10,
  mailboxDepth: 10,
  messageTtlSeconds: 30,
};
const plans = { team: { name: "Team", priceId: "price_team", group: "default", limits } };

const ask = (entitlement?: Customer["entitlement"]) =>
  entitledLimits({ read: async () => (entitlement && ({ entitlement } as Customer)) || undefined }, plans)(
    "acme#ada",
    1_800_000_000,
  );

test("who is entitled to a plan has its limits until the second in which that ends", async () => {
  expect(await ask({ kind: "entitled", planId: "team", until: 1_800_000_001 })).toEqual(limits);
  expect(await ask({ kind: "entitled", planId: "team", until: 1_800_000_000 })).toBeUndefined();
});

test.each<[string, Customer["entitlement"] | undefined]>([
  ["who is not known", undefined],
  ["who is entitled to nothing", { kind: "none", reason: "canceled" }],
  ["whose plan is not sold any more", { kind: "entitled", planId: "gone", until: 1_900_000_000 }],
  ["whose plan has a hostile name", { kind: "entitled", planId: "__proto__", until: 1_900_000_000 }],
])("%s has no limits of a plan", async (_, entitlement) => {
  expect(await ask(entitlement)).toBeUndefined();
});
