import { builtinModules } from "node:module";
import type { BuildOptions, Plugin } from "esbuild";

/**
 * Lambda gives a function its credentials in environment variables, so the SDK's chain of SSO, INI,
 * process and metadata providers is dead weight: without it the relay's bundle is half the size. They are
 * those of the instance as long as it lives, so they are read once; the SDK leaves that to the provider.
 */
const credentialsFromEnvironment: Plugin = {
  name: "credentials-from-environment",
  setup(bundle) {
    bundle.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: "credentials",
      namespace: "credentials-from-environment",
    }));
    bundle.onLoad({ filter: /.*/, namespace: "credentials-from-environment" }, () => ({
      contents: `
        import { fromEnv } from "@aws-sdk/credential-provider-env";
        export const defaultProvider = (init) => {
          const read = fromEnv(init);
          let credentials;
          return () => (credentials ??= read());
        };`,
      resolveDir: import.meta.dirname,
    }));
  },
};

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
  // The ES-module builds of the AWS SDK: esbuild drops what a handler does not use.
  mainFields: ["module", "main"],
  logLevel: "silent",
  plugins: [credentialsFromEnvironment, builtInsAsObjects],
};
