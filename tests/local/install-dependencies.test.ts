import { spawn } from "node:child_process";
import { once } from "node:events";
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

let root: string;
const at = (...names: string[]) => join(root, ...names);
const installs = () => (existsSync(at("installs")) ? readFileSync(at("installs"), "utf8") : "");

/** Stands in for npm: installs what must not be under way twice, and fails when the project says so. */
const npm = `
  import { existsSync, mkdirSync, rmSync, appendFileSync, writeFileSync } from "node:fs";
  if (existsSync("broken")) process.exit(7);
  mkdirSync("under-way");
  await new Promise((resolve) => setTimeout(resolve, 300));
  rmSync("under-way", { recursive: true });
  appendFileSync("installs", process.argv.slice(2, 3) + ";");
  mkdirSync("node_modules", { recursive: true });
  writeFileSync("node_modules/.package-lock.json", "{}");`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "install-"));
  mkdirSync(at("local"));
  cpSync(
    join(import.meta.dirname, "../../local/install-dependencies.mjs"),
    at("local/install-dependencies.mjs"),
  );
  writeFileSync(at("package-lock.json"), "{}");
  writeFileSync(at("npm.mjs"), npm);
});
afterEach(() => rmSync(root, { recursive: true }));

async function run(): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [at("local/install-dependencies.mjs")], {
    env: { ...process.env, npm_execpath: at("npm.mjs") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  return { code, stderr };
}

test("installs what is missing once, though several commands start at the same time", async () => {
  const codes = (await Promise.all([run(), run(), run()])).map(({ code }) => code);
  expect(codes).toEqual([0, 0, 0]);
  expect(installs()).toBe("ci;");
  await run();
  expect(installs()).toBe("ci;");
});

test("leaves linked packages to the project that they belong to", async () => {
  mkdirSync(at("theirs"));
  symlinkSync(at("theirs"), at("node_modules"));
  expect(await run()).toEqual({ code: 0, stderr: "" });
  expect(installs()).toBe("");
});

test("takes the turn of a command that was killed while it installed", async () => {
  const killed = spawn(process.execPath, ["-e", ""]);
  await once(killed, "close");
  mkdirSync(at(".synapse-d"));
  writeFileSync(at(".synapse-d/installing"), String(killed.pid));
  expect(await run()).toMatchObject({ code: 0 });
  expect(installs()).toBe("ci;");
});

test("says that the install failed, and lets the next command try", async () => {
  writeFileSync(at("broken"), "");
  const failed = await run();
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("npm ci failed. Nothing was started.");
  rmSync(at("broken"));
  expect(await run()).toMatchObject({ code: 0 });
  expect(installs()).toBe("ci;");
});
