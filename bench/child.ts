import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A program of the bench in a process group of its own. */
export interface Child {
  /** The id of its process group. */
  readonly group: number;
  /** What the one line that it printed says. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** From its start to that line. */
  readonly readyMilliseconds: number;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..");
const running = new Set<ChildProcess>();
let ended = false;

/**
 * Runs a command in a folder, the repository's own unless said, until it printed one line of JSON. Rejects with what it
 * said on standard error when it ends before that.
 */
export async function startChild(command: string, args: readonly string[], folder = root): Promise<Child> {
  if (ended) throw new Error("the bench has ended");
  const began = performance.now();
  const child = spawn(command, args, { cwd: folder, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  running.add(child);
  const exited = new Promise<void>((resolve) => {
    for (const event of ["exit", "error"] as const) {
      child.once(event, () => {
        running.delete(child);
        resolve();
      });
    }
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const line = await Promise.race([
    once(createInterface(child.stdout), "line").then(([text]) => String(text)),
    exited.then(() => undefined),
  ]);
  if (line === undefined) throw new Error(`${command} ${args.join(" ")} ended early. ${complaints}`.trim());
  return {
    group: child.pid ?? 0,
    ready: JSON.parse(line),
    readyMilliseconds: performance.now() - began,
    stop: async () => {
      signal(child, "SIGINT");
      await exited;
    },
  };
}

/** Ends every child that still runs, by the id of its process group, without waiting. No other can start. */
export function endChildren(name: "SIGINT" | "SIGKILL"): void {
  ended = true;
  for (const child of running) signal(child, name);
}

/** How many children still run. */
export const childrenRunning = (): number => running.size;

function signal({ pid }: ChildProcess, name: "SIGINT" | "SIGKILL"): void {
  try {
    if (pid) process.kill(-pid, name);
  } catch (error) {
    // Gone already.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
