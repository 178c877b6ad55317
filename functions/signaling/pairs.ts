import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { number, readNumber, readRow, readText, readTexts, text, texts } from "../shared/attribute-values.ts";
import type { Resilient } from "../shared/resilience.ts";
import { shardOf } from "../shared/shard.ts";
import type { Pair } from "./negotiation.ts";
import { isOfferInFlight, newPair, type PairState, pairState } from "./pair-state.ts";
import { type WaitingFrame, waitingFrame } from "./waiting-frame.ts";

/** A pair's row as it was read. `version` counts the changes of its state; 0 before the first. */
export interface PairRow {
  readonly version: number;
  readonly state: PairState;
  /** Frames that wait, in the order in which they came to wait. */
  readonly waiting: readonly WaitingFrame[];
}

/** The row of a pair that nobody has written. */
export const unwritten: PairRow = { version: 0, state: newPair, waiting: [] };

/** What is to be written. Without `waiting` what waits stays as it is, also what has come since the row was read. */
export interface PairChange {
  readonly state: PairState;
  readonly waiting?: readonly WaitingFrame[];
  /** The lease of `state` ends with this write if nothing waits by then. Not with `waiting`. */
  readonly releases?: true;
}

/** What a write came to, and the row as it is now. */
export type Written = { readonly kind: "written"; readonly row: PairRow } | Changed;

/** Nothing was written: somebody else has changed the row. */
export interface Changed {
  readonly kind: "changed";
  readonly row: PairRow;
}

/**
 * True when `row` is as a write of those frames would have made it of `before`: it had its effect, and only its answer
 * was lost. Frames that have come to wait since do not matter. A frame that was sent again expires later.
 */
export const isAsWritten = (before: PairRow, waiting: readonly WaitingFrame[], row: PairRow): boolean =>
  row.version === before.version + 1 &&
  waiting.length > 0 &&
  waiting.every(({ frameId, expiresAt }, place) => {
    const there = row.waiting[place];
    return there?.frameId === frameId && there.expiresAt === expiresAt;
  });

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

/** Frames that may wait in one row, and characters of all together and of one that is appended: below DynamoDB's 400 KB. */
export const mostWaiting = 64;
export const mostCharacters = 300_000;

/** Seconds that a row is remembered after its SDP, and one that no SDP has come for. */
const stateLifetime = 24 * 60 * 60;
const lonelyLifetime = 60 * 60;

const jsonOf = <Schema extends v.GenericSchema>(schema: Schema) => v.pipe(v.string(), v.parseJson(), schema);

const row = v.pipe(
  v.object({
    version: v.optional(readNumber, { N: "0" }),
    state: v.optional(v.pipe(readText, jsonOf(pairState)), { S: JSON.stringify(newPair) }),
    waiting: v.optional(v.pipe(readTexts, v.array(jsonOf(waitingFrame))), { L: [] }),
    leasedFrames: v.optional(readNumber),
  }),
  v.transform(
    ({ state, leasedFrames, ...rest }): PairRow => ({ ...rest, state: inForce(state, leasedFrames) }),
  ),
);

/** A lease that holds only while frames wait is one that holds, or none. */
function inForce(state: PairState, leasedFrames: number | undefined): PairState {
  if (!state.lease?.whileWaiting) return state;
  const { lease, ...rest } = state;
  return leasedFrames === 0 ? rest : { ...rest, lease: { holder: lease.holder, until: lease.until } };
}

/** The attributes that a function must be allowed to update, besides the keys; `leasedFrames` only one that posts SDPs. */
export const pairAttributes = [
  "state",
  "version",
  "waiting",
  "waitingFrames",
  "waitingUntil",
  "leasedFrames",
  "shard",
  "dueAt",
  "expiresAt",
  "v",
] as const;

/** The index of rows in which something waits, by recipient, and that of rows whose frames expire, by shard. */
export const waitingIndex = "waiting";
export const dueIndex = "due";

const second = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

export const dynamoPairs = (client: DynamoDBClient, table: string, resilient: Resilient): Pairs => {
  const keyOf = ({ recipient, sender }: Pair) => ({ recipient: text(recipient), sender: text(sender) });
  const unchanged = ({ version }: PairRow) =>
    version === 0 ? "attribute_not_exists(#version)" : "#version = :version";
  const versionOf = ({ version }: PairRow) => (version > 0 ? { ":version": number(version) } : {});

  const update = async (pair: Pair, { names, values, ...request }: Request): Promise<Written> => {
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
      return { kind: "written", row: readRow("pairs", row, Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { kind: "changed", row: readRow("pairs", row, error.Item ?? {}) };
    }
  };

  return {
    read: async (pair) => {
      const command = new GetItemCommand({ TableName: table, Key: keyOf(pair), ConsistentRead: true });
      const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      return readRow("pairs", row, Item ?? {});
    },

    write: (pair, before, { state: after, waiting, releases = false }, now) => {
      const lease = after.lease && { ...after.lease, whileWaiting: true };
      const state = releases && lease ? { ...after, lease } : after;
      const set: Record<string, ReturnType<typeof text>> = {
        state: text(JSON.stringify(state)),
        version: number(before.version + 1),
        v: number(2),
        expiresAt: number(second(now) + stateLifetime),
      };
      const remove: string[] = [];
      if (waiting) {
        const ends = waiting.map(({ expiresAt }) => expiresAt);
        const until = [...ends, ...(state.offer ? [state.offer.expiresAt] : [])];
        if (until.length > 0) set.waitingUntil = number(second(Math.max(...until)));
        else remove.push("waitingUntil");
        if (waiting.length > 0) {
          set.waiting = texts(waiting.map((one) => JSON.stringify(one)));
          set.waitingFrames = number(waiting.length);
          set.dueAt = number(second(Math.min(...ends)));
          set.shard = number(shardOf(pair.recipient));
        } else remove.push("waiting", "waitingFrames", "dueAt", "shard");
      }
      if (releases && state.offer) set.waitingUntil = number(second(state.offer.expiresAt));
      // A recipient that comes while an offer is on its way to an older connection is to find the row.
      const inFlight = !waiting && isOfferInFlight(state);
      const count = before.waiting.length;
      const asRead = count === 0 ? "attribute_not_exists(#waiting)" : "size(#waiting) = :count";
      return update(pair, {
        UpdateExpression: `SET ${Object.keys(set)
          .map((name) => `#${name} = :new_${name}`)
          .join(", ")}${inFlight ? ", #waitingUntil = if_not_exists(#waitingUntil, :leaseEnd)" : ""}${
          releases ? ", #leasedFrames = if_not_exists(#waitingFrames, :none)" : ""
        }${remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}` : ""}`,
        ConditionExpression: unchanged(before) + (waiting ? ` AND ${asRead}` : ""),
        names: [
          ...new Set([
            ...[...Object.keys(set), ...remove, "version"],
            ...(waiting ? ["waiting"] : []),
            ...(inFlight ? ["waitingUntil"] : []),
            ...(releases ? ["leasedFrames", "waitingFrames"] : []),
          ]),
        ],
        values: {
          ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:new_${name}`, value])),
          ...versionOf(before),
          ...(inFlight && { ":leaseEnd": number(second(state.lease?.until ?? now)) }),
          ...(waiting && count > 0 && { ":count": number(count) }),
          ...(releases && { ":none": number(0) }),
        },
      });
    },

    append: (pair, before, frame, now) => {
      const lonely = before.version === 0;
      const until = number(second(frame.expiresAt));
      return update(pair, {
        UpdateExpression:
          "SET #waiting = list_append(if_not_exists(#waiting, :none), :one), #v = :v, #shard = :shard, " +
          `#waitingUntil = :until, #dueAt = if_not_exists(#dueAt, :until)${lonely ? ", #expiresAt = :expiresAt" : ""} ` +
          "ADD #waitingFrames :onceMore",
        ConditionExpression: `${unchanged(before)} AND (attribute_not_exists(#waiting) OR size(#waiting) < :most)`,
        names: [
          ...["waiting", "waitingFrames", "waitingUntil", "dueAt", "shard", "version", "v"],
          ...(lonely ? ["expiresAt"] : []),
        ],
        values: {
          ":none": texts([]),
          ":one": texts([JSON.stringify(frame)]),
          ":onceMore": number(1),
          ":most": number(mostWaiting),
          ":until": until,
          ":shard": number(shardOf(pair.recipient)),
          ":v": number(2),
          ...versionOf(before),
          ...(lonely && { ":expiresAt": number(second(now) + lonelyLifetime) }),
        },
      });
    },

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

interface Request {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly names: readonly string[];
  readonly values: Record<string, ReturnType<typeof text>>;
}
