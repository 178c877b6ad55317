import { sha256 } from "./digest.ts";

/** Partitions of the indexes that the sweeper reads, so that no single one takes every write. */
export const shards = 8;

/** Which of them a member is in, by its key: 0 to 7. */
export const shardOf = (memberKey: string): number =>
  Number.parseInt(sha256(memberKey).slice(0, 2), 16) % shards;
