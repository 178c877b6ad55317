import { createHash } from "node:crypto";

/** Numbers that a seed repeats. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number; both ends are included. */
  whole(from: number, to: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** Independent numbers for a part of the run: they do not depend on what was drawn here before. */
  part(name: string): Random;
}

/** sfc32 of PractRand (https://pracrand.sourceforge.net/RNG_engines.txt), seeded with SHA-256 of the seed. */
export function randomOf(seed: string): Random {
  const words = new Uint32Array(createHash("sha256").update(seed).digest().buffer.slice(0, 16));
  let [a = 0, b = 0, c = 0, counter = 1] = words;
  const next = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum / 2 ** 32;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    chance: (probability) => next() < probability,
    whole,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    part: (name) => randomOf(`${seed}/${name}`),
  };
}
