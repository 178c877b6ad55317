import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium } from "playwright-core";

/** The headless shell comes first: a page in it takes half the processor time of one in the whole browser. */
const commonPaths: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/bin/chromium-headless-shell",
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
  /** Where Playwright keeps its own headless shell, whether it is there or not, and its own Chromium. */
  readonly playwrightPaths: readonly string[];
  readonly exists: (path: string) => boolean;
}

/** What `playwright-core install --only-shell` installs. `chromium.executablePath()` only names the whole browser. */
function playwrightShell(): string {
  const { registry } = createRequire(import.meta.url)("playwright-core/lib/coreBundle");
  return registry.registry.findExecutable("chromium-headless-shell").executablePath() ?? "";
}

export const thisMachine: Machine = {
  platform: process.platform,
  chromePath: process.env.CHROME_PATH,
  playwrightPaths: [playwrightShell(), chromium.executablePath()],
  exists: existsSync,
};

/**
 * The path of a Chromium or Chrome: `CHROME_PATH`, else an installed one, else Playwright's. Throws an
 * error that says how to get one when there is none.
 */
export function findBrowser(machine: Machine = thisMachine): string {
  const { platform, chromePath, playwrightPaths, exists } = machine;
  if (chromePath) {
    if (exists(chromePath)) return chromePath;
    throw new Error(`CHROME_PATH names ${chromePath}, which does not exist`);
  }
  const found = [...(commonPaths[platform] ?? []), ...playwrightPaths].find(exists);
  if (found) return found;
  throw new Error(
    "No Chrome or Chromium was found. Install one, set CHROME_PATH to it, or run `npx playwright-core install chromium`.",
  );
}

/**
 * What a window of the whole browser starts besides the page, and no test looks at: two pages that wait under its
 * address bar, and a process for the next page. They took more than the pages themselves. A second list of features
 * takes the place of Playwright's, so its own are here too.
 */
const disabledFeatures = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "SpareRendererForSitePerProcess",
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

/** Starts the browser without a window. Close it when done. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    args: [
      // Chromium's sandbox needs user namespaces, which root in a container does not have.
      "--no-sandbox",
      "--disable-gpu",
      `--disable-features=${disabledFeatures.join()}`,
    ],
  });
}
