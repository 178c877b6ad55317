import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const script = join(import.meta.dirname, "..", "..", "local", "install-dependencies.mjs");
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "synapse-d-install-"));
  mkdirSync(join(project, "local"));
  mkdirSync(join(project, "bin"));
  cpSync(script, join(project, "local", "install-dependencies.mjs"));
  writeFileSync(join(project, "package-lock.json"), "{}");
});

afterEach(() => rmSync(project, { recursive: true }));

/** An npm that notes each call and installs as `shell` says. */
function npm(shell: string): void {
  const path = join(project, "bin", "npm");
  writeFileSync(path, `#!/bin/sh\necho "$*" >> "${project}/calls"\n${shell}\n`);
  chmodSync(path, 0o755);
}

function run(): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { npm_execpath: _, ...env } = process.env;
  const child = spawn(process.execPath, [join(project, "local", "install-dependencies.mjs")], {
    env: { ...env, PATH: `${join(project, "bin")}${delimiter}${env.PATH}` },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

const calls = () => readFileSync(join(project, "calls"), "utf8").trim().split("\n");
const installs = `mkdir -p "$PWD/node_modules" && touch "$PWD/node_modules/.package-lock.json"`;

test("installs once, and again when the lock file has changed", async () => {
  npm(installs);
  expect(await run()).toMatchObject({ code: 0, stdout: "" });
  expect(await run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(calls()).toEqual(["ci --no-audit --no-fund --loglevel=error"]);
  utimesSync(join(project, "package-lock.json"), new Date("2100-01-01"), new Date("2100-01-01"));
  await run();
  expect(calls()).toHaveLength(2);
});

test("of two commands at once one installs and the other waits for it", async () => {
  npm(`${installs.replace("mkdir", "sleep 1 && mkdir")}`);
  const both = await Promise.all([run(), run()]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(calls()).toHaveLength(1);
});

test("never empties a node_modules that is linked from another checkout", async () => {
  npm("exit 1");
  mkdirSync(join(project, "elsewhere"));
  symlinkSync(join(project, "elsewhere"), join(project, "node_modules"));
  expect(await run()).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("says so when npm fails, and the next command tries again", async () => {
  npm("exit 7");
  const failed = await run();
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("npm ci failed. Nothing was started.");
  npm(installs);
  expect((await run()).code).toBe(0);
});
