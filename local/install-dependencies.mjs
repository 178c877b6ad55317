// Runs before `npm start` and `npm test`, on whatever Node (20 or newer) the machine has, so it is
// plain JavaScript without dependencies. Prints to stderr only: stdout belongs to the command.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** True when `npm ci` has not run since the lock file last changed. npm writes the hidden lock file last. */
function outdated() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
}

if (outdated()) {
  process.stderr.write("Installing the dependencies of package-lock.json; this happens once.\n");
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const { status, error } = spawnSync(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    process.stderr.write(`npm ci failed${error ? `: ${error.message}` : ""}. Nothing was started.\n`);
    process.exit(1);
  }
}
