import { once } from "node:events";
import { readyLine, readyTable } from "./ready-report.ts";
import type { RunningProgram } from "./run-program.ts";
import { StartError } from "./start-error.ts";
import { parseStartArguments, type StartCommand, type StartOptions } from "./start-options.ts";

/**
 * The whole of a command that runs the program: reads the arguments, runs it, says where it can be reached, and ends
 * it at an interrupt, within two seconds. A StartError becomes one line on stderr and the exit code 1.
 */
export async function serveProgram(
  command: StartCommand,
  run: (options: StartOptions, signal: AbortSignal) => Promise<RunningProgram>,
): Promise<void> {
  const parsed = parseStartArguments(process.argv.slice(2), command);
  if (parsed.kind === "help") process.stdout.write(parsed.text);
  else if (parsed.kind === "refused") refuse(parsed.message);
  else await serve(parsed.options, run);
}

async function serve(options: StartOptions, run: Parameters<typeof serveProgram>[1]): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted.abort();
      endWithin(1_500);
    });
  }
  try {
    const { ready, notes, stop } = await run(options, interrupted.signal);
    const { json, dataFolder } = options;
    const report = json ? readyLine(ready) : readyTable(ready, performance.now(), dataFolder, notes);
    process.stdout.write(`${report}\n`);
    if (!interrupted.signal.aborted) await once(interrupted.signal, "abort");
    await stop();
  } catch (error) {
    if (interrupted.signal.aborted) return;
    if (!(error instanceof StartError)) throw error;
    refuse(error.message);
    // What was being created when the program turned out to be wrong may still be under way.
    endWithin(500);
  }
}

/** Ctrl-C ends everything within two seconds, whatever still hangs. */
function endWithin(milliseconds: number): void {
  setTimeout(() => process.exit(), milliseconds).unref();
}

function refuse(message: string): void {
  process.stderr.write(`synapse-d: ${message}\n`);
  process.exitCode = 1;
}
