import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Functions } from "../functions/index.ts";

export type FunctionModule = keyof Functions;

/** The files of one deployed function: `index.mjs`, and its source map, which is kept but not deployed. */
export interface FunctionBundle {
  readonly code: string;
  readonly sourceMap: string;
}

const functionsFolder = join(import.meta.dirname, "..", "functions");
const bundles = new Map<FunctionModule, Promise<FunctionBundle>>();
let waiting: Map<FunctionModule, PromiseWithResolvers<FunctionBundle>> | undefined;

/**
 * Bundles `functions/<module>.ts` with everything it imports into one ES module for Node 24.
 * All modules asked for in the same tick share one esbuild call. Rejects with esbuild's own message
 * when a module does not build.
 */
export function bundleFunction(module: FunctionModule): Promise<FunctionBundle> {
  const known = bundles.get(module);
  if (known) return known;
  if (!waiting) {
    waiting = new Map();
    setImmediate(buildWaiting);
  }
  const deferred = Promise.withResolvers<FunctionBundle>();
  waiting.set(module, deferred);
  bundles.set(module, deferred.promise);
  return deferred.promise;
}

function buildWaiting(): void {
  const requested = waiting ?? new Map<FunctionModule, PromiseWithResolvers<FunctionBundle>>();
  waiting = undefined;
  buildAll([...requested.keys()]).then(
    (built) => {
      for (const [module, deferred] of requested) {
        const bundle = built.get(module);
        if (bundle) deferred.resolve(bundle);
        else deferred.reject(new Error(`esbuild gave no output for functions/${module}.ts`));
      }
    },
    (error: unknown) => {
      for (const deferred of requested.values()) deferred.reject(error);
    },
  );
}

async function buildAll(modules: FunctionModule[]): Promise<Map<FunctionModule, FunctionBundle>> {
  const result = await build({
    entryPoints: Object.fromEntries(modules.map((module) => [module, join(functionsFolder, `${module}.ts`)])),
    outdir: functionsFolder,
    outExtension: { ".js": ".mjs" },
    write: false,
    bundle: true,
    minify: true,
    sourcemap: "external",
    platform: "node",
    target: "node24",
    format: "esm",
    // The ES-module builds of the AWS SDK: esbuild drops what a handler does not use.
    mainFields: ["module", "main"],
    // CommonJS dependencies call require, which an ES module lacks.
    banner: { js: 'import{createRequire as r}from"node:module";const require=r(import.meta.url);' },
    logLevel: "silent",
    plugins: [credentialsFromEnvironment],
  });
  const text = new Map(result.outputFiles.map((file) => [file.path, file.text]));
  return new Map(
    modules.map((module) => {
      const path = join(functionsFolder, `${module}.mjs`);
      return [module, { code: text.get(path) ?? "", sourceMap: text.get(`${path}.map`) ?? "" }];
    }),
  );
}

/**
 * Lambda gives a function its credentials in environment variables, so the SDK's chain of SSO, INI,
 * process and metadata providers is dead weight: without it the relay's bundle is half the size.
 */
const credentialsFromEnvironment: Plugin = {
  name: "credentials-from-environment",
  setup(bundle) {
    bundle.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: "credentials",
      namespace: "credentials-from-environment",
    }));
    bundle.onLoad({ filter: /.*/, namespace: "credentials-from-environment" }, () => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
      resolveDir: functionsFolder,
    }));
  },
};
