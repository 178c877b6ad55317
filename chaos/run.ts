// `npm run chaos`: lists the runs, or does one and prints what came of it. Exits with 1 when a promise was broken.
import { endWithChildren } from "../bench/end-with-children.ts";
import { billingChaos } from "./billing/billing-chaos.ts";
import { billingTable } from "./billing/billing-table.ts";
import { type ChaosOptions, type ChaosRun, parseChaosArguments } from "./chaos-options.ts";
import type { ChaosWatch } from "./chaos-watch.ts";
import { chaosTable } from "./signaling/chaos-table.ts";
import { signalingChaos } from "./signaling/signaling-chaos.ts";

interface Done {
  readonly report: { readonly violations: readonly unknown[] };
  readonly table: () => string;
}

const runs: Readonly<
  Record<string, ChaosRun & { readonly run: (options: ChaosOptions, watch: ChaosWatch) => Promise<Done> }>
> = {
  signaling: {
    what: "Peers negotiate while calls fail, instances die, networks are lost and time moves",
    counts: "negotiations",
    run: async (options, watch) => {
      const report = await signalingChaos(options, watch);
      return { report, table: () => chaosTable(report) };
    },
  },
  billing: {
    what: "Customers buy, change, fail to pay and cancel while calls fail, webhooks are lost and time moves",
    counts: "subscriptions",
    run: async (options, watch) => {
      const report = await billingChaos(options, watch);
      return { report, table: () => billingTable(report) };
    },
  },
};

const parsed = parseChaosArguments(process.argv.slice(2), runs);
if (parsed.kind === "list") process.stdout.write(parsed.text);
else if (parsed.kind === "refused") {
  process.stderr.write(`chaos: ${parsed.message}\n`);
  process.exitCode = 1;
} else await run(parsed.options);

function run(options: ChaosOptions): Promise<never> {
  return endWithChildren(async (isInterrupted) => {
    const done = await runs[options.run]?.run(options, {
      say: (progress) => process.stderr.write(`${progress}\n`),
      isOver: isInterrupted,
    });
    if (!done) return 1;
    const { report, table } = done;
    process.stdout.write(`${options.json ? JSON.stringify(report) : `\n${table()}`}\n`);
    return report.violations.length > 0 ? 1 : 0;
  });
}
