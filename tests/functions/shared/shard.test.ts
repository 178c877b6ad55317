import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { shardOf, shards } from "../../../functions/shared/shard.ts";

test("members spread over four shards, the same each time", () => {
  const seen = new Set<number>();
  fc.assert(
    fc.property(fc.string(), (key) => {
      const shard = shardOf(key);
      seen.add(shard);
      expect(shard).toBe(shardOf(key));
      expect(Number.isInteger(shard) && shard >= 0 && shard <= 3).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(seen.size).toBe(4);
  expect(shards).toBe(4);
});
