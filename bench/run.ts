// `npm run bench`: lists the benches, or runs one and prints what it measured. Nothing is asserted or saved.
import { BenchError } from "./bench-error.ts";
import { type BenchOptions, parseBenchArguments } from "./bench-options.ts";
import { benches } from "./benches.ts";
import { childrenRunning, endChildren } from "./child.ts";

const parsed = parseBenchArguments(process.argv.slice(2), benches);
if (parsed.kind === "list") process.stdout.write(parsed.text);
else if (parsed.kind === "refused") {
  process.stderr.write(`bench: ${parsed.message}\n`);
  process.exitCode = 1;
} else await run(parsed.options);

async function run({ bench, values, json }: BenchOptions): Promise<void> {
  let interrupted = false;
  process.on("exit", () => endChildren("SIGKILL"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted = true;
      endChildren("SIGINT");
      setTimeout(() => process.exit(130), 3_000).unref();
    });
  }
  try {
    const result = await benches[bench]?.run(values, (progress) => process.stderr.write(`${progress}\n`));
    process.stdout.write(`${json ? JSON.stringify(result?.report) : `\n${result?.table}`}\n`);
  } catch (error) {
    // When interrupted, its contestants were ended under it.
    if (error instanceof BenchError) {
      process.stderr.write(`bench: ${error.message}\n`);
      process.exitCode = 1;
    } else if (!interrupted) throw error;
  } finally {
    await endAll();
  }
  process.exit(interrupted ? 130 : process.exitCode);
}

/** What does not end within 2.5 s is killed on exit. */
async function endAll(): Promise<void> {
  endChildren("SIGINT");
  const began = performance.now();
  while (childrenRunning() > 0 && performance.now() - began < 2_500) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
