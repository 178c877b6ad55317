import { expect, test } from "@jest/globals";
import { findBrowser, thisMachine } from "./find-browser.ts";

const machine = (platform: string, present: readonly string[], chromePath?: string) => ({
  platform,
  chromePath,
  playwrightPaths: ["/cache/headless-shell", "/cache/chromium/chrome"],
  exists: (path: string) => present.includes(path),
});

test("takes the browser that CHROME_PATH names before any other", () => {
  expect(findBrowser(machine("linux", ["/usr/bin/chromium", "/opt/mine"], "/opt/mine"))).toBe("/opt/mine");
});

test("says so when CHROME_PATH names nothing", () => {
  expect(() => findBrowser(machine("linux", ["/usr/bin/chromium"], "/gone"))).toThrow(
    "CHROME_PATH names /gone, which does not exist",
  );
});

test.each([
  ["linux", "/usr/bin/chromium"],
  ["linux", "/usr/bin/google-chrome"],
  ["darwin", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
  ["win32", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"],
])("finds an installed browser on %s at %s", (platform, path) => {
  expect(findBrowser(machine(platform, ["/cache/chromium/chrome", path]))).toBe(path);
});

test("takes an installed headless shell before a whole browser", () => {
  const both = machine("linux", ["/usr/bin/chromium", "/usr/bin/chromium-headless-shell"]);
  expect(findBrowser(both)).toBe("/usr/bin/chromium-headless-shell");
});

test("falls back to Playwright's own browser, its headless shell first", () => {
  expect(findBrowser(machine("linux", ["/cache/chromium/chrome"]))).toBe("/cache/chromium/chrome");
  const both = machine("linux", ["/cache/chromium/chrome", "/cache/headless-shell"]);
  expect(findBrowser(both)).toBe("/cache/headless-shell");
});

test("knows where Playwright installs its headless shell", () => {
  const { playwrightPaths } = thisMachine;
  expect(playwrightPaths.map((path) => /chrom[^\\/]*-\d+/.exec(path)?.[0].replace(/\d+/, "N"))).toEqual([
    "chromium_headless_shell-N",
    "chromium-N",
  ]);
});

test("says how to get a browser when there is none", () => {
  expect(() => findBrowser(machine("linux", []))).toThrow("npx playwright-core install chromium");
});
