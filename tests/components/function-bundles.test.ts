import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { bundleFunction, type FunctionModule } from "../../components/function-bundles.ts";

const modules: Record<FunctionModule, true> = {
  "signaling/authorize": true,
  "signaling/peer-connection": true,
  "signaling/relay": true,
  "signaling/topics": true,
  "signaling/deliver": true,
  "signaling/sweep": true,
  "signaling/revoke": true,
  "billing/proofs/issue-proof": true,
  "billing/webhook/webhook": true,
  "billing/projection/project-subscription": true,
  "billing/repair/review-customers": true,
  "billing/repair/reconcile": true,
  "billing/purchases/create-subscription": true,
  "billing/subscriptions/show-subscription": true,
  "billing/subscriptions/change-subscription": true,
  "billing/subscriptions/open-portal": true,
  "billing/purchases/list-plans": true,
};

test.each(Object.keys(modules) as FunctionModule[])("%s is at most 150 KB gzip", async (module) => {
  const { code, sources } = await bundleFunction(module);
  const kilobytes = gzipSync(code).length / 1_000;
  console.log(`functions/${module}: ${kilobytes.toFixed(0)} KB gzip`);
  expect(code).toMatch(/export\{/);
  expect(kilobytes).toBeLessThanOrEqual(150);
  expect(sources).toContain(`functions/${module}.ts`);
});

test("no bundle carries the SDK's SSO, INI, process or metadata credentials", async () => {
  for (const module of Object.keys(modules) as FunctionModule[]) {
    const { sources } = await bundleFunction(module);
    expect(sources.join()).not.toMatch(/credential-provider-(sso|ini|process|imds)|token-providers/);
  }
});

test("a module that does not exist is named in the error", async () => {
  await expect(bundleFunction("signaling/nothing" as FunctionModule)).rejects.toThrow("signaling/nothing");
});
