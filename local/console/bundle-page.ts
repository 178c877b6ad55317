import { fileURLToPath } from "node:url";

let bundle: Promise<Uint8Array> | undefined;

/** The page's script as one ES module for browsers: built on the first call, kept for the next ones. */
export function bundlePage(): Promise<Uint8Array> {
  bundle ??= buildPage().catch((fault: unknown) => {
    bundle = undefined;
    throw fault;
  });
  return bundle;
}

async function buildPage(): Promise<Uint8Array> {
  // Loaded when a page is first asked for, so that a start does not wait for it.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page/main.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "silent",
  });
  const [output] = outputFiles;
  if (!output) throw new Error("The page's bundle is empty");
  return output.contents;
}
