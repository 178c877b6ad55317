// Runs before the npm verbs, on whatever Node (20 or newer) the machine has, so it is plain JavaScript
// without dependencies. Prints to stderr only: stdout belongs to the command.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = join(root, "node_modules");
const lock = join(
  tmpdir(),
  `synapse-d-install-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`,
);

/** True when `npm ci` has not run since the lock file last changed. npm writes the hidden lock file last. */
function outdated() {
  // A link leads to another project's dependencies, which `npm ci` would delete.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return false;
  const installed = join(folder, ".package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Waits until no other process installs here: two of them at once would delete each other's work. */
function takeLock() {
  for (;;) {
    try {
      return writeFileSync(lock, String(process.pid), { flag: "wx" });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    try {
      // A lock without a number is being written.
      const pid = Number(readFileSync(lock, "utf8"));
      if (pid > 0 && !isAlive(pid)) rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function install() {
  process.stderr.write("Installing the dependencies of package-lock.json; this happens once.\n");
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const { status, error } = spawnSync(
    command,
    [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: root, stdio: ["ignore", 2, 2] },
  );
  if (status === 0) return;
  process.stderr.write(`npm ci failed${error ? `: ${error.message}` : ""}. Nothing was started.\n`);
  process.exitCode = 1;
}

if (outdated()) {
  takeLock();
  try {
    if (outdated()) install();
  } finally {
    rmSync(lock, { force: true });
  }
}
