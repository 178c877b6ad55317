import { posix } from "node:path";
import { bundleSizes } from "../../bench/bundle-sizes.ts";
import { bundleFunction, type FunctionModule } from "../../components/function-bundles.ts";
import { awsCalls, type BundleReading } from "./aws-calls.ts";

/** What each deployed bundle may call, by the text of the bundle itself. */
export async function readBundles(): Promise<ReadonlyMap<string, BundleReading>> {
  const modules = Object.keys(await bundleSizes()) as FunctionModule[];
  const read = modules.map(async (module) => {
    const { code, sourceMap } = await bundleFunction(module);
    return [code, awsCalls(code, sourceMap, posix.dirname(`functions/${module}`))] as const;
  });
  return new Map(await Promise.all(read));
}
