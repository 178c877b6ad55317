// `npm test`: Jest over ES modules. A whole run also measures the coverage of functions/ and fails below its
// threshold; `npm test -- tests/components` runs a part, without. The tests on the real Pulumi engine come last, in a
// run of their own, so that it can be said how long all others take.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findPulumi } from "../local/engine/pulumi-cli.ts";
import { findBrowser } from "./journeys/find-browser.ts";
import { ministack, type PythonTool, schemathesis } from "./python-tool.ts";
import { coturn } from "./turnserver.ts";

const require = createRequire(import.meta.url);
const inBrowser = [
  "tests/journeys/turn.test.ts",
  "tests/journeys/in-one-browser",
  "tests/local/console/page",
];
const args = process.argv.slice(2);
// The journeys start the program some thirty times, also in changed copies: its modules, stripped and compiled, are kept
// between them, each by its place in the project and by what it says.
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: join(import.meta.dirname, "..", "node_modules", ".cache", "compiled"),
  NODE_COMPILE_CACHE_PORTABLE: "1",
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
function hasEngine(): boolean {
  try {
    findPulumi();
    return true;
  } catch (error) {
    if (process.env.CI || !(error instanceof Error)) return true;
    process.stderr.write(`Skipped, since there is no engine: tests/engine. ${error.message}\n`);
    return false;
  }
}

const jest = require.resolve("jest/bin/jest");
const coverage = ["--coverage", "--collectCoverageFrom=functions/**/*.ts"];
const ignoring = (files: readonly string[]) =>
  files.length === 0 ? [] : ["--testPathIgnorePatterns", "/node_modules/", ...files];

/** Of a part, only the engine's tests are left out where it is missing: they may be all of the part. */
function runPart(): number {
  const missing = args.some((arg) => arg.includes("tests/engine")) && !hasEngine();
  return run(jest, ...args, ...(missing ? ["--passWithNoTests", ...ignoring(["tests/engine/"])] : []));
}

/** Two reports, where one is asked for with `--outputFile=FILE`: the engine's is `FILE.engine`. */
function runAll(): number {
  const leftOut = [
    ...withoutBrowser(),
    ...without(ministack, "tests/contracts/ministack.test.ts"),
    ...without(schemathesis, "tests/journeys/openapi-fuzz.test.ts"),
    ...without(coturn, "tests/journeys/turn.test.ts"),
  ];
  const began = performance.now();
  const failed = run(jest, ...args, ...coverage, ...ignoring(["tests/engine/", ...leftOut]));
  const others = performance.now();
  const ofEngine = args.map((arg) => (arg.startsWith("--outputFile=") ? `${arg}.engine` : arg));
  // The engine is a process beside each of them, as busy as they are.
  const engineFailed = hasEngine() ? run(jest, ...ofEngine, "--maxWorkers=2", "tests/engine/") : 0;
  const seconds = (from: number, to: number) => `${Math.round((to - from) / 1_000)} s`;
  process.stderr.write(
    `The suite without the engine took ${seconds(began, others)}, the engine's tests ${seconds(others, performance.now())}.\n`,
  );
  return failed || engineFailed;
}

process.exitCode = isPart ? runPart() : runAll();
