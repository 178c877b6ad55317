import { Stripe } from "stripe";
import { Failure } from "../functions/shared/failure.ts";
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

/**
 * Runs a command to its exit code: 0, or 1 after one sentence on stderr. What AWS or Stripe refuses is such a sentence
 * too; what nobody can mend keeps its stack trace.
 */
export async function runCommand(
  name: string,
  command: (args: readonly string[], terminal: Terminal) => Promise<void>,
): Promise<void> {
  try {
    await command(process.argv.slice(2), terminal);
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    terminal.complain(`${name}: ${sentence}`);
    process.exitCode = 1;
  }
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof OperateError) return error.message;
  if (error instanceof Failure) {
    const { cause } = error;
    return `${error.message}${cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ""}`;
  }
  if (error instanceof Stripe.errors.StripeError) return `Stripe refused: ${error.message}`;
  return error instanceof Error && "$metadata" in error
    ? `AWS refused: ${error.name}: ${error.message}`
    : undefined;
}
