// `npm test`: Jest over ES modules. A whole run also measures the coverage of functions/ and fails below
// its threshold; `npm test -- tests/components` runs a part, without.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findPulumi } from "../local/engine/pulumi-cli.ts";
import { findBrowser } from "./journeys/find-browser.ts";
import { ministack, type PythonTool, schemathesis } from "./python-tool.ts";
import { coturn } from "./turnserver.ts";

const require = createRequire(import.meta.url);
const inBrowser = [
  "tests/journeys/checkout-to-connected",
  "tests/journeys/two-peers-connect",
  "tests/journeys/turn.test.ts",
  "tests/journeys/in-one-browser",
  "tests/local/console/page",
  "tests/local/console/subscription-room",
];
const args = process.argv.slice(2);
// The journeys start the program some thirty times: its modules, stripped and compiled, are kept between them.
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: join(import.meta.dirname, "..", "node_modules", ".cache", "compiled"),
};
const isPart = args.some((arg) => !arg.startsWith("-"));

/** Runs a command of node on this terminal and returns its exit code. */
function run(script: string, ...rest: string[]): number {
  const options = ["--experimental-vm-modules", "--no-warnings"];
  return (
    spawnSync(process.execPath, [...options, script, ...rest], {
      stdio: "inherit",
      timeout: 30 * 60_000,
      env,
    }).status ?? 1
  );
}

/** Finds or installs a browser. Where none can be had, says how to get one; only CI goes on without leaving tests out. */
function withoutBrowser(): readonly string[] {
  if (hasBrowser()) return [];
  process.stderr.write("Some tests need a browser. Installing Playwright's Chromium; this happens once.\n");
  const playwright = join(dirname(require.resolve("playwright-core/package.json")), "cli.js");
  run(playwright, "install", "chromium", "--only-shell");
  if (hasBrowser() || process.env.CI) return [];
  process.stderr.write(
    `Skipped, since there is no browser: ${inBrowser.join(", ")}. Run: npx playwright-core install chromium\n`,
  );
  return inBrowser;
}

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch {
    return false;
  }
}

/** They need Python, or to be root, so they are not installed unasked. CI has them. */
function without(
  { name, install, find }: Omit<PythonTool, "name"> & { readonly name: string },
  test: string,
): readonly string[] {
  if (find() || process.env.CI) return [];
  process.stderr.write(`Skipped, since there is no ${name}: ${test}. Run: ${install}\n`);
  return [test];
}

/** A stack that the real engine deploys. CI has the engine. */
function withoutEngine(): string[] {
  try {
    findPulumi();
    return [];
  } catch (error) {
    if (process.env.CI || !(error instanceof Error)) return [];
    process.stderr.write(`Skipped, since there is no engine: tests/engine. ${error.message}\n`);
    return ["tests/engine/"];
  }
}

const coverage = ["--coverage", "--collectCoverageFrom=functions/**/*.ts"];
const ignoring = (files: readonly string[]) =>
  files.length === 0 ? [] : ["--testPathIgnorePatterns", "/node_modules/", ...files];

/** Of a part, only the engine's tests are left out where it is missing: they may be all of the part. */
function leftOutOfPart(): string[] {
  const missing = args.some((arg) => arg.includes("tests/engine")) ? withoutEngine() : [];
  return missing.length === 0 ? [] : ["--passWithNoTests", ...ignoring(missing)];
}

process.exitCode = run(
  require.resolve("jest/bin/jest"),
  ...args,
  ...(isPart
    ? leftOutOfPart()
    : [
        ...coverage,
        ...ignoring([
          ...withoutBrowser(),
          ...without(ministack, "tests/contracts/ministack.test.ts"),
          ...without(schemathesis, "tests/journeys/openapi-fuzz.test.ts"),
          ...without(coturn, "tests/journeys/turn.test.ts"),
          ...withoutEngine(),
        ]),
      ]),
);
