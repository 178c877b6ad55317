import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium, type Page } from "playwright-core";
import { findBrowser } from "../../tests/journeys/find-browser.ts";

const require = createRequire(import.meta.url);
/** The KVS client's own build for browsers; PeerJS's is bundled with the page. */
const kvsClient = "amazon-kinesis-video-streams-webrtc/dist/kvs-webrtc.min.js";

/** An empty page of a browser without a window, with both clients in it. It reaches no host but this one. */
export async function openPage(): Promise<{ readonly page: Page; close(): Promise<void> }> {
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [
      // Chromium's sandbox needs user namespaces, which root in a container does not have.
      "--no-sandbox",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      // Else addresses are hidden behind names of multicast DNS, whose look-up takes what it takes.
      "--disable-features=WebRtcHideLocalIpsWithMdns",
      // Chromium refuses to make more than 500 connections of which it still keeps the closed ones.
      "--js-flags=--expose-gc",
    ],
  });
  const page = await browser.newPage();
  await page.addScriptTag({ content: await readFile(require.resolve(kvsClient), "utf8") });
  await page.addScriptTag({ content: await bundledPage() });
  return { page, close: () => browser.close() };
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
