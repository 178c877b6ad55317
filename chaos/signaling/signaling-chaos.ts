import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChaosOptions } from "../chaos-options.ts";
import type { ChaosWatch } from "../chaos-watch.ts";
import { randomOf } from "../random.ts";
import { sumOf } from "../sum-of.ts";
import { judge } from "./judge/judge.ts";
import { startSystem } from "./load/system.ts";
import { runWave, type Trouble } from "./load/wave.ts";
import type { ChaosReport, PhaseReport } from "./report.ts";
import { tell } from "./story.ts";

/** Negotiations of one wave: so many are in the ledger at once. */
const waveSize = 160;
/** Instances that a function may have: of a few negotiations at once, the standard number, since each costs its start. */
const [few, many] = [8, 20];
const fewNegotiations = 100;

/**
 * Starts the system, has peers negotiate in waves while ever more goes wrong, and judges each wave by what
 * its sockets saw.
 */
export async function signalingChaos(options: ChaosOptions, watch: ChaosWatch): Promise<ChaosReport> {
  const { count: negotiations, seed } = options;
  const random = randomOf(String(seed));
  const began = performance.now();
  watch.say(`seed ${seed}: npm start`);
  const system = await startSystem(negotiations < fewNegotiations ? few : many);
  let ids = 0;
  const newId = (prefix: string) => `${prefix}${(++ids).toString(36)}`;
  const phases = new Map<Trouble, PhaseReport>();
  const violations: ChaosReport["violations"][number][] = [];
  let done = 0;
  for (const { name, trouble, count, old } of wavesOf(negotiations)) {
    const wave = { name, trouble, old, random: random.part(name), negotiations: count, newId };
    const { ledger, fired, kills } = await runWave(system, { ...wave, isOver: watch.isOver });
    const verdict = judge(ledger);
    const phase = { negotiations: count, fired, kills, counts: verdict.counts };
    phases.set(trouble, sumOf(phases.get(trouble), phase));
    violations.push(...verdict.violations.map((one) => ({ ...one, wave: name, story: tell(ledger, one) })));
    if (options.ledgers !== undefined && verdict.violations.length > 0) {
      mkdirSync(options.ledgers, { recursive: true });
      writeFileSync(join(options.ledgers, `${seed}-${name}.json`), JSON.stringify(ledger));
    }
    done += count;
    const broken = violations.length > 0 ? `, ${violations.length} violations` : "";
    watch.say(`${name}: ${done} of ${negotiations} negotiations${broken}`);
  }
  await system.stop();
  return {
    chaos: "signaling",
    seed,
    negotiations,
    seconds: (performance.now() - began) / 1_000,
    phases: Object.fromEntries(phases) as ChaosReport["phases"],
    violations,
  };
}

interface PlannedWave {
  readonly name: string;
  readonly trouble: Trouble;
  readonly count: number;
  readonly old: boolean;
}

/** A little without any trouble, which also warms the system up; then half and half. */
function wavesOf(negotiations: number): PlannedWave[] {
  const calm = Math.min(16, Math.ceil(negotiations / 10));
  const definite = Math.ceil((negotiations - calm) / 2);
  return [
    ...split("calm", calm),
    ...split("definite", definite),
    ...split("ambiguous", negotiations - calm - definite),
  ];
}

function split(trouble: Trouble, count: number): PlannedWave[] {
  const waves = Math.ceil(count / waveSize);
  return Array.from({ length: waves }, (_, number) => ({
    name: `${trouble}-${number + 1}`,
    trouble,
    count: Math.floor(((number + 1) * count) / waves) - Math.floor((number * count) / waves),
    // The second wave of each kind, so that a short run is short.
    old: number === 1,
  }));
}
