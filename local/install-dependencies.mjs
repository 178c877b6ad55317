// Runs before `npm start` and `npm test`, on whatever Node (20 or newer) the machine has, so it is
// plain JavaScript without dependencies. Prints to stderr only: stdout belongs to the command.
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const lock = join(root, ".synapse-d", "installing");

/** True when `npm ci` has not run since the lock file last changed. npm writes the hidden lock file last. */
function outdated() {
  const folder = join(root, "node_modules");
  // A link leads to another project's packages, which `npm ci` would delete.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return false;
  const installed = join(folder, ".package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
}

/** Waits while another command installs: two at once would each delete what the other wrote. */
function takeTurn() {
  mkdirSync(join(root, ".synapse-d"), { recursive: true });
  for (;;) {
    try {
      return writeFileSync(lock, String(process.pid), { flag: "wx" });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (holderHasDied()) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

/** True when the command that holds the turn was killed and left its mark behind. */
function holderHasDied() {
  try {
    const holder = Number(readFileSync(lock, "utf8"));
    if (holder > 0) process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function install() {
  process.stderr.write("Installing the dependencies of package-lock.json; this happens once.\n");
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const options = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  return spawnSync(command, [...first, ...options], { cwd: root, stdio: ["ignore", 2, 2] });
}

if (outdated()) {
  takeTurn();
  try {
    const { status, error } = outdated() ? install() : { status: 0 };
    if (status !== 0) {
      process.stderr.write(`npm ci failed${error ? `: ${error.message}` : ""}. Nothing was started.\n`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(lock, { force: true });
  }
}
