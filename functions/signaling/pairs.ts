import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";
import type { Pair } from "./negotiation.ts";
import { type PairRow, readPairRow } from "./pair-row.ts";
import { appendOf, type PairChange, type PairUpdate, updateOf } from "./pair-update.ts";
import type { WaitingFrame } from "./waiting-frame.ts";

/** What a write came to, and the row as it is now. */
export type Written = { readonly kind: "written"; readonly row: PairRow } | Changed;

/** Nothing was written: somebody else has changed the row. */
export interface Changed {
  readonly kind: "changed";
  readonly row: PairRow;
}

/** One row for each direction between two members of a channel. */
export interface Pairs {
  /** Read consistently. */
  read(pair: Pair): Promise<PairRow>;
  /** Writes if the version, and with `waiting` the number of frames that wait, is that of `row`. */
  write(pair: Pair, row: PairRow, change: PairChange, now: number): Promise<Written>;
  /** Appends a frame that waits, if the version is that of `row` and there is room. */
  append(pair: Pair, row: PairRow, frame: WaitingFrame, now: number): Promise<Written>;
  /**
   * The senders of whom something waits for a recipient and is not past its time at `now` (epoch ms), and how
   * many frames. Read consistently.
   */
  waitingFor(
    recipient: string,
    now: number,
  ): Promise<readonly { readonly sender: string; readonly frames: number }[]>;
}

/** The index of rows in which something waits, by recipient, and that of rows whose frames expire, by shard. */
export const waitingIndex = "waiting";
export const dueIndex = "due";

export const dynamoPairs = (client: DynamoDBClient, table: string, resilient: Resilient): Pairs => {
  const keyOf = ({ recipient, sender }: Pair) => ({ recipient: text(recipient), sender: text(sender) });

  const update = async (pair: Pair, { names, values, ...request }: PairUpdate): Promise<Written> => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: keyOf(pair),
      ...request,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      const { Attributes } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      return { kind: "written", row: readPairRow(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { kind: "changed", row: readPairRow(error.Item) };
    }
  };

  return {
    read: async (pair) => {
      const command = new GetItemCommand({ TableName: table, Key: keyOf(pair), ConsistentRead: true });
      const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      return readPairRow(Item);
    },

    write: (pair, before, change, now) => update(pair, updateOf(pair, before, change, now)),

    append: (pair, before, frame, now) => update(pair, appendOf(pair, before, frame, now)),

    waitingFor: async (recipient, now) => {
      const found: { sender: string; frames: number }[] = [];
      let start: QueryCommand["input"]["ExclusiveStartKey"];
      do {
        const command = new QueryCommand({
          TableName: table,
          IndexName: waitingIndex,
          ConsistentRead: true,
          KeyConditionExpression: "recipient = :recipient AND waitingUntil > :now",
          ExpressionAttributeValues: {
            ":recipient": text(recipient),
            ":now": number(Math.floor(now / 1000)),
          },
          ...(start && { ExclusiveStartKey: start }),
        });
        const page = await resilient((abortSignal) => client.send(command, { abortSignal }));
        for (const item of page.Items ?? []) {
          const { sender, waitingFrames } = readRow("pairs", indexed, item);
          found.push({ sender, frames: waitingFrames });
        }
        start = page.LastEvaluatedKey;
      } while (start);
      return found;
    },
  };
};

const indexed = v.object({ sender: readText, waitingFrames: v.optional(readNumber, { N: "0" }) });
