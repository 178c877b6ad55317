import { posix } from "node:path";
import { build } from "esbuild";
import { functionModules } from "../../bench/bundle-sizes.ts";
import { bundleOptions } from "../../components/bundle-options.ts";
import { bundleFunction } from "../../components/function-bundles.ts";
import { root } from "../docs/document.ts";
import { awsCalls, type BundleReading } from "./aws-calls.ts";

/**
 * What each deployed bundle may call, by the text of the bundle itself. Source maps are no part of what is deployed,
 * so the modules are bundled once more; throws when that gives another text.
 */
export async function readBundles(): Promise<ReadonlyMap<string, BundleReading>> {
  const { outputFiles } = await build({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(functionModules.map((module) => [module, `functions/${module}.ts`])),
    outdir: "functions",
    outExtension: { ".js": ".mjs" },
    sourcemap: "external",
  });
  const text = new Map(outputFiles.map(({ path, text }) => [posix.relative(root, path), text]));
  const read = functionModules.map(async (module) => {
    const { code } = await bundleFunction(module);
    if (text.get(`functions/${module}.mjs`) !== code)
      throw new Error(`${module} is deployed as another text`);
    const sourceMap = text.get(`functions/${module}.mjs.map`) ?? "";
    return [code, awsCalls(code, sourceMap, posix.dirname(`functions/${module}`))] as const;
  });
  return new Map(await Promise.all(read));
}
