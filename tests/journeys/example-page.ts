import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import type { Ready } from "./running-program.ts";

const root = join(import.meta.dirname, "..", "..");

// The package's main file needs Node's events, which a browser lacks. Its build for browsers leaves a global.
const kvsForBrowsers = `
import "./node_modules/amazon-kinesis-video-streams-webrtc/dist/kvs-webrtc.min.js";
export const { SignalingClient } = window.KVSWebRTC;
`;

/** The first JavaScript example under a heading of docs/clients.md. */
export function exampleUnder(heading: string): string {
  const page = readFileSync(join(root, "docs", "clients.md"), "utf8");
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const code = /```js\n([\s\S]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new Error(`docs/clients.md has no example under "${heading}"`);
  return code;
}

/** The script of a page, made from `files` as a user's bundler would; `main.js` is where it begins. */
export async function bundled(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-page-"));
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const all = { ...files, "kvs-for-browsers.js": kvsForBrowsers };
    for (const [name, code] of Object.entries(all)) writeFileSync(join(folder, name), code);
    const { outputFiles } = await build({
      entryPoints: [join(folder, "main.js")],
      bundle: true,
      format: "esm",
      platform: "browser",
      alias: { "amazon-kinesis-video-streams-webrtc": join(folder, "kvs-for-browsers.js") },
      write: false,
      logLevel: "silent",
    });
    return outputFiles[0]?.text ?? "";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Opens a page with that script. It is the console's, which says that there is nothing: only its origin's
 * pages may read what the local issuer and billing API answer. The context must bypass its CSP.
 */
export async function openPage(context: BrowserContext, ready: Ready, script: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(new URL("/nothing", ready.console).href);
  await loadScript(page, script);
  return page;
}

/** Runs the script in a page that is open. */
export async function loadScript(page: Page, script: string): Promise<void> {
  await page.addScriptTag({ content: `${script}\nwindow.isLoaded = true;`, type: "module" });
  // A module runs some time after its tag is there.
  await page.waitForFunction("window.isLoaded");
}

/** Gives a page's script `obtainUrl(user, channel, role, clientId)`, with a new access token each time. */
export const obtainUrlOf = ({ billing, issuer }: Ready): string => `
import { freshUrl } from "./fresh-url.js";

export async function obtainUrl(sub, channel, role, clientId) {
  const body = new URLSearchParams({ sub });
  const answer = await fetch(${JSON.stringify(`${issuer}/token`)}, { method: "POST", body });
  const { access_token } = await answer.json();
  for (let tries = 1; ; tries += 1) {
    try {
      return await freshUrl(${JSON.stringify(billing)}, access_token, { channel, role, clientId });
    } catch (error) {
      // A machine that is busy with other tests may be overloaded for a moment.
      if (tries === 5) throw error;
    }
  }
}
`;
