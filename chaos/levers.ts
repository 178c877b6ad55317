import * as v from "valibot";
import type { Ready } from "../tests/journeys/running-program.ts";
import { LocalClock } from "./local-clock.ts";

/** The levers of a local cloud's control API. */
export interface Levers {
  readonly clock: LocalClock;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  putFaults(rules: readonly object[], seed: number): Promise<void>;
  /** Answers how often rules fired, of each service. */
  endFaults(): Promise<Readonly<Record<string, number>>>;
  /** Answers how many instances were in the middle of an invocation. */
  kill(functionName: string): Promise<number>;
}

const faultsAnswer = v.object({
  faults: v.array(v.object({ service: v.string(), fired: v.number() })),
});

/** A request below a URL that carries its token. Throws when it is refused, but for 404, which is undefined or JSON. */
export const controlAt =
  (url: string) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const request = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}${path}`, request);
    const text = await response.text();
    if (!response.ok && response.status !== 404)
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };

export async function leversOf(ready: Pick<Ready, "control">): Promise<Levers> {
  const control = controlAt(ready.control);
  const clock = new LocalClock(control);
  await clock.read();
  return {
    clock,
    control,
    putFaults: async (rules, seed) => {
      await control("PUT", `/faults?seed=${seed}`, rules);
    },
    endFaults: async () => {
      const { faults } = v.parse(faultsAnswer, await control("GET", "/faults"));
      await control("DELETE", "/faults");
      const fired: Record<string, number> = {};
      for (const rule of faults) fired[rule.service] = (fired[rule.service] ?? 0) + rule.fired;
      return fired;
    },
    kill: async (functionName) => {
      const answer = await control("POST", `/functions/${functionName}/kill`);
      return v.parse(v.object({ killed: v.number() }), answer).killed;
    },
  };
}
