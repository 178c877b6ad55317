import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChaosOptions } from "../chaos-options.ts";
import type { ChaosWatch } from "../chaos-watch.ts";
import { randomOf } from "../random.ts";
import { sumOf } from "../sum-of.ts";
import { judge } from "./judge/judge.ts";
import { startSystem } from "./load/system.ts";
import { runWave, type Trouble } from "./load/wave.ts";
import { type BillingReport, type PhaseReport, phaseOf, storyOf } from "./report.ts";

/** Customers of one wave: so many renew together. */
const waveSize = 60;
const instances = 20;

/**
 * Starts the system, has customers live with their subscriptions in waves while ever more goes wrong, and judges
 * each wave by what the customers and Stripe saw.
 */
export async function billingChaos(options: ChaosOptions, watch: ChaosWatch): Promise<BillingReport> {
  const { count: subscriptions, seed } = options;
  const random = randomOf(String(seed));
  const began = performance.now();
  watch.say(`seed ${seed}: npm start, without the free plan`);
  const system = await startSystem(instances);
  try {
    const phases = new Map<Trouble, PhaseReport>();
    const violations: BillingReport["violations"][number][] = [];
    let done = 0;
    for (const { name, trouble, customers, life } of wavesOf(subscriptions)) {
      if (watch.isOver()) break;
      const wave = { name, trouble, customers, life, random: random.part(name), isOver: watch.isOver };
      // A customer who cancels may buy again.
      const result = await runWave(system, { ...wave, known: 3 * (done + customers) });
      phases.set(trouble, sumOf(phases.get(trouble), phaseOf(result)));
      const found = judge(result.ledger);
      violations.push(
        ...found.map((one) => ({ ...one, wave: name, story: storyOf(result.ledger, one.customer) })),
      );
      if (options.ledgers !== undefined && found.length > 0) {
        mkdirSync(options.ledgers, { recursive: true });
        writeFileSync(join(options.ledgers, `${seed}-${name}.json`), JSON.stringify(result.ledger));
      }
      done += customers;
      const broken = violations.length > 0 ? `, ${violations.length} violations` : "";
      watch.say(`${name}: ${done} of ${subscriptions} customers${broken}`);
    }
    const seconds = (performance.now() - began) / 1_000;
    return { chaos: "billing", seed, subscriptions, seconds, phases: Object.fromEntries(phases), violations };
  } finally {
    await system.stop();
  }
}

/** Fewer customers are a short run: the worst of the phases alone, and short lives. */
const fewest = 20;

/** A few without any trouble, which also warm the system up; then half and half. */
function wavesOf(subscriptions: number) {
  if (subscriptions < fewest) {
    return split("ambiguous", subscriptions).map((wave) => ({ ...wave, life: "short" as const }));
  }
  const calm = Math.min(8, Math.ceil(subscriptions / 10));
  const definite = Math.ceil((subscriptions - calm) / 2);
  return [
    ...split("calm", calm),
    ...split("definite", definite),
    ...split("ambiguous", subscriptions - calm - definite),
  ];
}

function split(trouble: Trouble, count: number) {
  const waves = Math.ceil(count / waveSize);
  return Array.from({ length: waves }, (_, number) => ({
    name: `${trouble}-${number + 1}`,
    trouble,
    // A month takes the local cloud as long as three hours, whoever lives through it.
    life: trouble === "ambiguous" || number % 2 === 1 ? ("long" as const) : ("short" as const),
    customers: Math.floor(((number + 1) * count) / waves) - Math.floor((number * count) / waves),
  }));
}
