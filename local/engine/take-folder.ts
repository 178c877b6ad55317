import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../start/start-error.ts";

/**
 * Makes this process the only one that deploys the project of a folder: two clouds would take each other's resources
 * for their own. Returns what gives it up. Rejects with a StartError while another process has it.
 */
export async function takeFolder(folder: string): Promise<() => void> {
  const home = join(folder, ".synapse-d", "engine");
  const mark = join(home, "process");
  mkdirSync(home, { recursive: true });
  const holder = holderOf(mark);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new StartError(`Another npm run up:local, process ${holder}, has this stack.`);
  }
  writeFileSync(mark, String(process.pid));
  return () => rmSync(mark, { force: true });
}

function holderOf(mark: string): number | undefined {
  try {
    return Number(readFileSync(mark, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch {
    return false;
  }
}
