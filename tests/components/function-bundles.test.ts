import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { functionModules } from "../../bench/bundle-sizes.ts";
import { bundleFunction, type FunctionModule } from "../../components/function-bundles.ts";

test.each(functionModules)("%s is at most 150 KB gzip", async (module) => {
  const { code, sources } = await bundleFunction(module);
  const kilobytes = gzipSync(code).length / 1_000;
  console.log(`functions/${module}: ${kilobytes.toFixed(0)} KB gzip`);
  expect(code).toMatch(/export\{/);
  expect(kilobytes).toBeLessThanOrEqual(150);
  expect(sources).toContain(`functions/${module}.ts`);
});

test("no bundle carries the SDK's SSO, INI, process or metadata credentials", async () => {
  for (const module of functionModules) {
    const { sources } = await bundleFunction(module);
    expect(sources.join()).not.toMatch(/credential-provider-(sso|ini|process|imds)|token-providers/);
  }
});

test("a module that does not exist is named in the error", async () => {
  await expect(bundleFunction("signaling/nothing" as FunctionModule)).rejects.toThrow("signaling/nothing");
});
