import { hash, randomInt } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import { type ActiveRule, faultFor } from "./fault-for.ts";
import { DroppedCall, type Faults } from "./faults.ts";

export interface FaultsOptions {
  readonly clock: Pick<Clock, "setTimeout">;
  /** A seed, when none is given. */
  readonly newSeed?: () => number;
}

/** The rules of the local cloud: none at first. */
export function createFaults({ clock, newSeed = () => randomInt(2 ** 32) }: FaultsOptions): Faults {
  let rules: readonly ActiveRule[] = [];
  let seed = newSeed();
  const wait = (milliseconds: number) =>
    new Promise<void>((resolve) => void clock.setTimeout(resolve, milliseconds));

  return {
    replace(replacement, newest = newSeed()) {
      seed = newest;
      rules = replacement.map((rule) => ({ rule, fired: 0, drawn: 0 }));
    },
    list: () => ({ seed, faults: rules.map(({ rule, fired }) => ({ ...rule, fired })) }),
    async through(call, effect) {
      const decision = faultFor(rules, call, (index, nth) => draw(`${seed} ${index} ${nth}`));
      rules = decision.rules;
      if (!decision.fault) return effect();
      const { error, latencyMs, drop, after } = decision.fault;
      const answer = after && (await settled(effect));
      if (latencyMs !== undefined) await wait(latencyMs);
      if (error) throw new AwsError(error.name, error.status, "A fault rule of the local cloud.");
      if (drop || (answer && latencyMs === undefined))
        throw new DroppedCall("A fault rule cut the connection.");
      return answer ? answer() : effect();
    },
  };
}

/** Waits for the effect; what is returned gives its answer, or throws what it threw. */
async function settled<Answer>(effect: () => Answer | Promise<Answer>): Promise<() => Answer> {
  try {
    const answer = await effect();
    return () => answer;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return () => {
      throw error;
    };
  }
}

/** 52 bits of a digest as a fraction: the same for the same text, on every machine. */
const draw = (text: string): number => Number.parseInt(hash("sha256", text).slice(0, 13), 16) / 2 ** 52;
