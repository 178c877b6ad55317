import { expect, test } from "@jest/globals";
import { findBrowser } from "./find-browser.ts";

const machine = (platform: string, present: readonly string[], chromePath?: string) => ({
  platform,
  chromePath,
  playwrightPath: "/cache/chromium/chrome",
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

test("falls back to Playwright's own browser", () => {
  expect(findBrowser(machine("linux", ["/cache/chromium/chrome"]))).toBe("/cache/chromium/chrome");
});

test("says how to get a browser when there is none", () => {
  expect(() => findBrowser(machine("linux", []))).toThrow("npx playwright-core install chromium");
});
