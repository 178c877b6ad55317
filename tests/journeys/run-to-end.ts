import { type ChildProcess, spawn } from "node:child_process";

/** A command that ended by itself: all that it printed, and its exit code, null when a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a folder until it ends. `onStart` gets its process, for who wants to end it before. */
export function runToEnd(
  [command = "", ...args]: readonly string[],
  folder: string,
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  onStart(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
