import { builtinModules } from "node:module";
import type { BuildOptions, Plugin } from "esbuild";

/** Asked of every import, in esbuild's own process: what it matches costs a message to ours. */
const builtIn = new RegExp(
  `^(node:)?(${builtinModules.filter((name) => !name.startsWith("node:")).join("|")})$`,
);

/**
 * An `import` of a module of Node makes an ES module of it, which reads each of its exports. Those of `node:http` include
 * what loads all of undici, a third of a cold start. Asked for as an object, it gives only what is used.
 */
const builtInsAsObjects: Plugin = {
  name: "built-ins-as-objects",
  setup(bundle) {
    const namespace = "built-ins-as-objects";
    bundle.onResolve({ filter: builtIn }, ({ path }) => ({
      path: path.startsWith("node:") ? path : `node:${path}`,
      namespace,
    }));
    bundle.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** How esbuild makes of a handler module one ES module for Lambda's Node 24, in memory. */
export const bundleOptions: BuildOptions & { readonly write: false } = {
  write: false,
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // The ES-module builds of libraries: esbuild drops what a handler does not use.
  mainFields: ["module", "main"],
  logLevel: "silent",
  plugins: [builtInsAsObjects],
};
