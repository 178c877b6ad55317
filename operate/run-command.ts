import { OperateError } from "./operate-error.ts";

export interface Terminal {
  /** One line on stdout. */
  readonly print: (line: string) => void;
  /** One line on stderr. */
  readonly complain: (line: string) => void;
}

const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
};

/** Runs a command to its exit code: 0, or 1 after one sentence on stderr. What nobody can mend keeps its stack trace. */
export async function runCommand(
  name: string,
  command: (args: readonly string[], terminal: Terminal) => Promise<void>,
): Promise<void> {
  try {
    await command(process.argv.slice(2), terminal);
  } catch (error) {
    if (!(error instanceof OperateError)) throw error;
    terminal.complain(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
