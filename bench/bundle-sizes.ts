import { gzipSync } from "node:zlib";
import { bundleFunction, type FunctionModule } from "../components/function-bundles.ts";

/** Checked by the compiler to be all of `functions/index.ts`. */
const everyModule: Readonly<Record<FunctionModule, true>> = {
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

/** What is deployed, each a bundle of its own. */
export const functionModules = Object.keys(everyModule) as readonly FunctionModule[];

/** Bytes of each deployed handler's bundle, gzip, by module. */
export async function bundleSizes(): Promise<Record<string, number>> {
  const sizes = functionModules.map(
    async (name) => [name, gzipSync((await bundleFunction(name)).code).length] as const,
  );
  return Object.fromEntries(await Promise.all(sizes));
}
