import { bench } from "../bench.ts";
import { loadNow, machine } from "../machine.ts";
import { payloadMix } from "../relay/payloads.ts";
import { failuresOf, loadFigures, quarters } from "./load-figures.ts";
import { type LoadReport, loadTable } from "./load-report.ts";
import { loadTarget } from "./load-target.ts";
import { type PlayedCall, playCall, type Script } from "./play-call.ts";

const candidates = 10;
/** Calls one after the other, with nothing beside them. */
const alone = 20;

/** Calls keep coming at a rate, whatever the answers take. */
export const load = bench({
  description: "Calls that keep coming at a rate, beside a call alone, and the end beside the beginning",
  options: {
    rate: { meaning: "Calls that begin in a second.", standard: 1, least: 0.1, most: 1_000, decimals: 1 },
    seconds: { meaning: "For how long they begin.", standard: 60, least: 1, most: 86_400 },
    hold: { meaning: "Seconds for which a call's sockets stay open.", standard: 5, least: 0, most: 3_600 },
  },
  run: async ({ rate, seconds, hold }, tell): Promise<LoadReport> => {
    const loadBefore = loadNow();
    const target = await loadTarget(process.env);
    const run = Date.now().toString(36);
    const script = (name: string, held: number): Script => ({
      channel: `load-${run}-${name}`,
      offer: payloadMix("offer", { calls: 1, candidates }).payloads,
      answer: payloadMix("answer", { calls: 1, candidates }).payloads,
      hold: held * 1_000,
    });
    try {
      tell(`${target.name}: warming up`);
      for (let index = 0; index < 5; index += 1) await playCall(target, script(`warm-${index}`, 0));
      tell(`${alone} calls one after the other`);
      const calm: PlayedCall[] = [];
      for (let index = 0; index < alone; index += 1) {
        calm.push(await playCall(target, script(`alone-${index}`, 0)));
      }
      const atRest = loadFigures("alone", calm, target.memory());

      const count = Math.max(1, Math.round(rate * seconds));
      const memory: (number | undefined)[] = [];
      const began = performance.now();
      const calls: Promise<PlayedCall>[] = [];
      for (let index = 0; index < count; index += 1) {
        await until(began + (index * 1_000) / rate);
        calls.push(playCall(target, script(String(index), hold)));
        const part = Math.floor(((index + 1) * 4) / count);
        if (part > memory.length) {
          memory.push(target.memory());
          tell(`${index + 1} of ${count} calls have begun`);
        }
      }
      const played = await Promise.all(calls);
      return {
        bench: "load",
        machine: machine(loadBefore),
        target: target.name,
        settings: { rate, seconds, hold },
        framesOfACall: 2 * (1 + candidates),
        alone: atRest,
        quarters: quarters(played).map((part, index) =>
          loadFigures(["first", "second", "third", "last"][index] ?? "", part, memory[index]),
        ),
        all: loadFigures("all", played),
        failures: failuresOf(played),
      };
    } finally {
      await target.stop();
    }
  },
  table: loadTable,
});

const until = (time: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));
