import { sentenceOf } from "./sentence-of.ts";

export interface Terminal {
  /** One line on stdout. */
  readonly print: (line: string) => void;
  /** One line on stderr. */
  readonly complain: (line: string) => void;
}

export type Command = (args: readonly string[], terminal: Terminal) => Promise<void>;

const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
};

/** Runs a command of this process's arguments on its terminal, and sets its exit code. */
export async function runCommand(name: string, command: Command): Promise<void> {
  process.exitCode = await exitCodeOf(name, command, process.argv.slice(2), terminal);
}

/**
 * Runs a command to its exit code: 0, or 1 after one sentence on stderr. What AWS or Stripe refuses is such a sentence
 * too; what nobody can mend is thrown with its stack trace.
 */
export async function exitCodeOf(
  name: string,
  command: Command,
  args: readonly string[],
  on: Terminal,
): Promise<0 | 1> {
  try {
    await command(args, on);
    return 0;
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    on.complain(`${name}: ${sentence}`);
    return 1;
  }
}
