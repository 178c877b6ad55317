import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../tests/journeys/find-browser.ts";

const require = createRequire(import.meta.url);
/** The KVS client's own build for browsers; PeerJS's is bundled with the page. */
const kvsClient = "amazon-kinesis-video-streams-webrtc/dist/kvs-webrtc.min.js";

export interface BenchBrowser {
  readonly version: string;
  /** An empty page with both clients in it. It takes the place of the one before. */
  freshPage(): Promise<Page>;
  close(): Promise<void>;
}

/** A browser without a window that reaches no host but this one; `rules` say where else names lead. */
export async function openBrowser(rules: readonly string[]): Promise<BenchBrowser> {
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [
      // Chromium's sandbox needs user namespaces, which root in a container does not have.
      "--no-sandbox",
      `--host-resolver-rules=${[...rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"].join(", ")}`,
      // Else addresses are hidden behind names of multicast DNS, whose look-up takes what it takes.
      "--disable-features=WebRtcHideLocalIpsWithMdns",
    ],
  });
  const scripts = [await readFile(require.resolve(kvsClient), "utf8"), await bundledPage()];
  let context: BrowserContext | undefined;
  return {
    version: browser.version(),
    freshPage: async () => {
      await context?.close();
      context = await browser.newContext();
      const page = await context.newPage();
      for (const content of scripts) await page.addScriptTag({ content });
      return page;
    },
    close: () => browser.close(),
  };
}

async function bundledPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page", "main.ts")],
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
