import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChaosOptions } from "../chaos-options.ts";
import type { ChaosWatch } from "../chaos-watch.ts";
import { randomOf } from "../random.ts";
import { sumOf } from "../sum-of.ts";
import { judge } from "./judge/judge.ts";
import { startSystem } from "./load/system.ts";
import { runWave, type Trouble, troubles, type WaveOptions, type WaveResult } from "./load/wave.ts";
import { type BillingReport, type PhaseReport, phaseOf, storyOf } from "./report.ts";

/** Customers of one wave, who share its clock: of a third of them, and of 64 at once, Stripe's fake declines payments. */
const waveSize = 180;
const instances = 20;

/**
 * Has customers live with their subscriptions in waves while ever more goes wrong, and judges each wave by what the
 * customers and Stripe saw. In a run of more than a wave each, the ambiguous phase has a system of its own, beside that
 * of the others.
 */
export async function billingChaos(options: ChaosOptions, watch: ChaosWatch): Promise<BillingReport> {
  const { count: subscriptions, seed } = options;
  const began = performance.now();
  const phases = new Map<Trouble, PhaseReport>();
  const violations: BillingReport["violations"][number][] = [];
  let done = 0;
  let failed = false;
  const isOver = () => failed || watch.isOver();

  const take = ({ name, trouble, customers }: Wave, result: WaveResult): void => {
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
  };

  const live = async (waves: readonly Wave[]): Promise<void> => {
    const system = await startSystem(instances);
    try {
      let before = 0;
      for (const wave of waves) {
        if (isOver()) return;
        const random = randomOf(String(seed)).part(wave.name);
        // A customer who cancels may buy again.
        const known = 3 * (before + wave.customers);
        take(wave, await runWave(system, { ...wave, random, known, isOver }));
        before += wave.customers;
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      await system.stop();
    }
  };

  watch.say(`seed ${seed}: npm start, without the free plan`);
  const isLong = subscriptions > 2 * waveSize;
  const systems = Map.groupBy(wavesOf(subscriptions), ({ trouble }) => isLong && trouble === "ambiguous");
  const ends = await Promise.allSettled([...systems.values()].map(live));
  const fault = ends.find((end) => end.status === "rejected");
  if (fault) throw fault.reason;
  const seconds = (performance.now() - began) / 1_000;
  const inOrder = troubles.flatMap((trouble) => {
    const phase = phases.get(trouble);
    return phase ? [[trouble, phase] as const] : [];
  });
  return {
    chaos: "billing",
    seed,
    subscriptions,
    seconds,
    phases: Object.fromEntries(inOrder),
    violations,
  };
}

type Wave = Pick<WaveOptions, "name" | "trouble" | "customers" | "life">;

/** Fewer customers are a short run: the worst of the phases alone, and short lives. */
const fewest = 20;

/** A few without any trouble, which also warm the system up; then half and half. */
function wavesOf(subscriptions: number): Wave[] {
  if (subscriptions < fewest) {
    return split("ambiguous", subscriptions).map((wave) => ({ ...wave, life: "short" }));
  }
  const calm = Math.min(8, Math.ceil(subscriptions / 10));
  const definite = Math.ceil((subscriptions - calm) / 2);
  return [
    ...split("calm", calm),
    ...split("definite", definite),
    ...split("ambiguous", subscriptions - calm - definite),
  ];
}

function split(trouble: Trouble, count: number): Wave[] {
  const waves = Math.ceil(count / waveSize);
  return Array.from({ length: waves }, (_, number) => ({
    name: `${trouble}-${number + 1}`,
    trouble,
    // A month takes the local cloud as long as three hours, whoever lives through it.
    life: trouble === "ambiguous" || number % 2 === 1 ? "long" : "short",
    customers: Math.floor(((number + 1) * count) / waves) - Math.floor((number * count) / waves),
  }));
}
