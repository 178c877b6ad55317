import type { Ready } from "../tests/journeys/running-program.ts";
import { type Child, startChild } from "./child.ts";

/** The process that `npm start` ends up running; its shell has the same words further behind. */
export const startProcess = /^\S*node local\/start\.ts/;

/** `npm start`, as a user runs it, in a process of its own. */
export async function startSynapse(
  args: readonly string[] = [],
): Promise<{ readonly child: Child; readonly ready: Ready }> {
  const child = await startChild("npm", ["start", "--silent", "--", "--json", "--port", "0", ...args]);
  return { child, ready: child.ready as unknown as Ready };
}
