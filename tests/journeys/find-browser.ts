import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const commonPaths: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
    "/usr/bin/microsoft-edge",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

/** What a search for a browser looks at; the machine's own unless told. */
export interface Machine {
  readonly platform: string;
  readonly chromePath: string | undefined;
  /** Where Playwright keeps its own Chromium, whether it is there or not. */
  readonly playwrightPath: string;
  readonly exists: (path: string) => boolean;
}

const thisMachine: Machine = {
  platform: process.platform,
  chromePath: process.env.CHROME_PATH,
  playwrightPath: chromium.executablePath(),
  exists: existsSync,
};

/**
 * The path of a Chromium or Chrome: `CHROME_PATH`, else an installed one, else Playwright's. Throws an
 * error that says how to get one when there is none.
 */
export function findBrowser(machine: Machine = thisMachine): string {
  const { platform, chromePath, playwrightPath, exists } = machine;
  if (chromePath) {
    if (exists(chromePath)) return chromePath;
    throw new Error(`CHROME_PATH names ${chromePath}, which does not exist`);
  }
  const found = [...(commonPaths[platform] ?? []), playwrightPath].find(exists);
  if (found) return found;
  throw new Error(
    "No Chrome or Chromium was found. Install one, set CHROME_PATH to it, or run `npx playwright-core install chromium`.",
  );
}

/** Starts the browser without a window. Close it when done. */
export function launchBrowser(): Promise<Browser> {
  // Chromium's sandbox needs user namespaces, which root in a container does not have.
  return chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox"] });
}
