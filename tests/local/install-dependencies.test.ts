import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const script = join(import.meta.dirname, "..", "..", "local", "install-dependencies.mjs");

/** Notes when it starts and ends, and installs nothing but npm's hidden lock file. */
const fakeNpm = `
const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
appendFileSync("calls", process.argv[2] + " started\\n");
setTimeout(() => {
  if (process.env.FAILS) process.exit(1);
  mkdirSync("node_modules", { recursive: true });
  writeFileSync("node_modules/.package-lock.json", "{}");
  appendFileSync("calls", process.argv[2] + " ended\\n");
}, 300);
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "synapse-d-install-test-"));
  mkdirSync(join(root, "local"));
  cpSync(script, join(root, "local", "install-dependencies.mjs"));
  writeFileSync(join(root, "npm.cjs"), fakeNpm);
  writeFileSync(join(root, "package-lock.json"), "{}");
});

afterEach(() => rmSync(root, { recursive: true }));

function install(
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly [number | null, string]> {
  const child = spawn(process.execPath, [join(root, "local", "install-dependencies.mjs")], {
    env: { ...process.env, npm_execpath: join(root, "npm.cjs"), ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve([code, stderr])));
}

const calls = () => (existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8") : "");
const told = "Installing the dependencies of package-lock.json; this happens once.\n";

test("installs where nothing is installed, and not again", async () => {
  expect(await install()).toEqual([0, told]);
  expect(await install()).toEqual([0, ""]);
  expect(calls()).toBe("ci started\nci ended\n");
});

test("of three commands at once one installs, and the others wait for it", async () => {
  const ended = await Promise.all([install(), install(), install()]);
  expect(ended.map(([code]) => code)).toEqual([0, 0, 0]);
  expect(ended.filter(([, stderr]) => stderr === told)).toHaveLength(1);
  expect(calls()).toBe("ci started\nci ended\n");
});

test("leaves linked dependencies to the project that they belong to", async () => {
  mkdirSync(join(root, "theirs"));
  symlinkSync(join(root, "theirs"), join(root, "node_modules"));
  expect(await install()).toEqual([0, ""]);
  expect(calls()).toBe("");
});

test("says that npm failed, starts nothing, and lets the next command try again", async () => {
  const failed = `${told}npm ci failed. Nothing was started.\n`;
  expect(await install({ FAILS: "1" })).toEqual([1, failed]);
  expect(await install()).toEqual([0, told]);
});
