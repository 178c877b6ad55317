// `npm run chaos`: lists the runs, or does one and prints what became of every frame. Exits with 1 when a
// promise was broken.
import { childrenRunning, endChildren } from "../bench/child.ts";
import { type ChaosOptions, parseChaosArguments } from "./chaos-options.ts";
import { chaosTable } from "./signaling/chaos-table.ts";
import { signalingChaos } from "./signaling/signaling-chaos.ts";

const runs = {
  signaling: "Peers negotiate while calls fail, instances die, networks are lost and time moves",
};

const parsed = parseChaosArguments(process.argv.slice(2), runs);
if (parsed.kind === "list") process.stdout.write(parsed.text);
else if (parsed.kind === "refused") {
  process.stderr.write(`chaos: ${parsed.message}\n`);
  process.exitCode = 1;
} else await run(parsed.options);

async function run(options: ChaosOptions): Promise<void> {
  let interrupted = false;
  let broken = false;
  process.on("exit", () => endChildren("SIGKILL"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted = true;
      endChildren("SIGINT");
      setTimeout(() => process.exit(130), 3_000).unref();
    });
  }
  try {
    const report = await signalingChaos(options, {
      say: (progress) => process.stderr.write(`${progress}\n`),
      isOver: () => interrupted,
    });
    broken = report.violations.length > 0;
    process.stdout.write(`${options.json ? JSON.stringify(report) : `\n${chaosTable(report)}`}\n`);
  } catch (error) {
    // The system was ended under it.
    if (!interrupted) throw error;
  } finally {
    await endAll();
  }
  process.exit(interrupted ? 130 : Number(broken));
}

/** What does not end within 2.5 s is killed on exit. */
async function endAll(): Promise<void> {
  endChildren("SIGINT");
  const began = performance.now();
  while (childrenRunning() > 0 && performance.now() - began < 2_500) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
