// Runs before every npm command of the project, on whatever Node (20 or newer) the machine has, so it is
// plain JavaScript without dependencies. Prints to stderr only: stdout belongs to the command.
import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const modules = join(root, "node_modules");
const installing = join(root, ".installing");
const longestInstall = 15 * 60_000;

/** When the file was last written, in epoch milliseconds; 0 when it is not there. */
function writtenAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** True when `npm ci` has not run since the lock file last changed. npm writes its hidden lock file last. */
function outdated() {
  // A linked node_modules belongs to another checkout: npm ci would empty that one.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return false;
  return writtenAt(join(modules, ".package-lock.json")) < writtenAt(join(root, "package-lock.json"));
}

/** Of two commands at once, one installs and the other waits. */
function begin() {
  for (;;) {
    try {
      return mkdirSync(installing);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (Date.now() - writtenAt(installing) > longestInstall) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

function install() {
  process.stderr.write("Installing the dependencies of package-lock.json; this happens once.\n");
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm ? [process.execPath, npm] : ["npm"];
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
  begin();
  try {
    if (outdated()) install();
  } finally {
    rmdirSync(installing);
  }
}
