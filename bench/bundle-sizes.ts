import { gzipSync } from "node:zlib";
import { bundleFunction, type FunctionModule } from "../components/function-bundles.ts";

/** Checked by the compiler to be all of `functions/index.ts`. */
const modules: Readonly<Record<FunctionModule, true>> = {
  "signaling/authorize": true,
  "signaling/peer-connection": true,
  "signaling/relay": true,
  "signaling/topics": true,
  "signaling/deliver": true,
  "signaling/sweep": true,
  "signaling/revoke": true,
  "billing/issue-proof": true,
  "billing/webhook": true,
  "billing/project-subscription": true,
  "billing/review-customers": true,
  "billing/reconcile": true,
  "billing/create-subscription": true,
  "billing/show-subscription": true,
  "billing/change-subscription": true,
  "billing/open-portal": true,
  "billing/list-plans": true,
};

/** Bytes of each deployed handler's bundle, gzip, by module. */
export async function bundleSizes(): Promise<Record<string, number>> {
  const names = Object.keys(modules) as FunctionModule[];
  const sizes = names.map(
    async (name) => [name, gzipSync((await bundleFunction(name)).code).length] as const,
  );
  return Object.fromEntries(await Promise.all(sizes));
}
