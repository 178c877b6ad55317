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
  // CommonJS dependencies call require, which an ES module lacks.
  banner: {
    js: 'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);',
  },
  logLevel: "silent",
  plugins: [credentialsFromEnvironment],
};
