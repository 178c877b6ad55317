import type { Plugin } from "esbuild";

/**
 * Lambda gives a function its credentials in environment variables, so the SDK's chain of SSO, INI, process and metadata
 * providers is dead weight, and they are those of the instance as long as it lives, so they are read once. Without this
 * the floor would be slower than it needs to be.
 */
export const credentialsFromEnvironment: Plugin = {
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
