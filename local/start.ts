// `npm start`: the program of index.ts, running on this machine.
import { once } from "node:events";
import { readyLine, readyTable } from "./start/ready-report.ts";
import { runProgram } from "./start/run-program.ts";
import { StartError } from "./start/start-error.ts";
import { parseStartArguments, type StartOptions } from "./start/start-options.ts";

const parsed = parseStartArguments(process.argv.slice(2));
if (parsed.kind === "help") process.stdout.write(parsed.text);
else if (parsed.kind === "refused") refuse(parsed.message);
else await start(parsed.options);

async function start(options: StartOptions): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted.abort();
      endWithin(1_500);
    });
  }
  try {
    const program = await runProgram(options, interrupted.signal);
    const { json, dataFolder } = options;
    const report = json ? readyLine(program.ready) : readyTable(program.ready, performance.now(), dataFolder);
    process.stdout.write(`${report}\n`);
    if (!interrupted.signal.aborted) await once(interrupted.signal, "abort");
    await program.stop();
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
