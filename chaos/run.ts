// `npm run chaos`: lists the runs, or does one and prints what became of every frame. Exits with 1 when a
// promise was broken.
import { endWithChildren } from "../bench/end-with-children.ts";
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

function run(options: ChaosOptions): Promise<never> {
  return endWithChildren(async (isInterrupted) => {
    const report = await signalingChaos(options, {
      say: (progress) => process.stderr.write(`${progress}\n`),
      isOver: isInterrupted,
    });
    process.stdout.write(`${options.json ? JSON.stringify(report) : `\n${chaosTable(report)}`}\n`);
    return report.violations.length > 0 ? 1 : 0;
  });
}
