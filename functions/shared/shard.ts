import { sha256 } from "./digest.ts";

/**
 * Partitions of the indexes that the sweeper and the reviewer read each minute. One takes 1,000 write units a second
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html), so four take what
 * a table's ceiling admits, 4,000 (`TtlTable`); more would only be more queries.
 */
export const shards = 4;

/** Which of them a member is in, by its key: 0 to 3. */
export const shardOf = (memberKey: string): number =>
  Number.parseInt(sha256(memberKey).slice(0, 2), 16) % shards;
