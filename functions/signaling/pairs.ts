import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { number, readNumber, readRow, readText, readTexts, text, texts } from "../shared/attribute-values.ts";
import type { Resilient } from "../shared/resilience.ts";
import { delivery } from "./deliveries.ts";
import { gate } from "./gate.ts";

/** A pair's row as it was read. `version` counts the changes of the gate; 0 before the first. */
export interface PairRow {
  readonly version: number;
  readonly gate: v.InferOutput<typeof gate> | undefined;
  /** Candidates that wait for their SDP, in the order in which they came. Only ever appended to, or cleared. */
  readonly held: readonly v.InferOutput<typeof delivery>[];
}

/** What is to be written into a row. */
export interface PairChange {
  readonly gate: NonNullable<PairRow["gate"]>;
  /** Puts `rest` in the place of what is held, if so many are. Without it the held stay as they are. */
  readonly held?: { readonly count: number; readonly rest: PairRow["held"] };
}

/** One row for each direction between two members of a channel. */
export interface Pairs {
  /** Read consistently. */
  read(pair: string): Promise<PairRow>;
  /** Writes if the gate's version is `version`, and returns the row as it is then. */
  write(pair: string, version: number, change: PairChange, now: number): Promise<PairRow | "changed">;
  /** Appends a candidate if the gate's version is `version` and there is room. */
  hold(
    pair: string,
    version: number,
    candidate: PairRow["held"][number],
    now: number,
  ): Promise<"held" | "changed">;
}

/** Candidates that may wait at once, and characters of each: together well below DynamoDB's 400 KB a row. */
export const mostHeld = 64;
export const longestHeld = 4_096;

/** Seconds that a gate is remembered after its SDP, and a row that no SDP has come for. */
const gateLifetime = 24 * 60 * 60;
const heldLifetime = 60;

const jsonOf = <Schema extends v.GenericSchema>(schema: Schema) => v.pipe(v.string(), v.parseJson(), schema);

const row = v.object({
  version: v.optional(readNumber, { N: "0" }),
  gate: v.optional(v.pipe(readText, jsonOf(gate))),
  held: v.optional(v.pipe(readTexts, v.array(jsonOf(delivery))), { L: [] }),
});

const rowOf = (item: unknown): PairRow => {
  const { version, gate: current, held } = readRow("pairs", row, item);
  return { version, gate: current, held };
};

export const dynamoPairs = (client: DynamoDBClient, table: string, resilient: Resilient): Pairs => {
  const unchanged = (version: number) =>
    version === 0 ? "attribute_not_exists(#version)" : "#version = :version";

  const update = async (
    pair: string,
    { names, values, ...request }: Request,
  ): Promise<PairRow | "changed"> => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { pair: text(pair) },
      ...request,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_NEW",
    });
    try {
      const { Attributes } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      return rowOf(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "changed";
      throw error;
    }
  };

  return {
    read: async (pair) => {
      const command = new GetItemCommand({
        TableName: table,
        Key: { pair: text(pair) },
        ConsistentRead: true,
      });
      const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      return rowOf(Item ?? {});
    },

    write: (pair, version, { gate: next, held }, now) => {
      const replacing = held && held.rest.length > 0;
      const clearing = held && held.count > 0 && held.rest.length === 0;
      return update(pair, {
        UpdateExpression:
          `SET #gate = :gate, #version = :next, #v = :v, #expiresAt = :expiresAt${replacing ? ", #held = :held" : ""}` +
          (clearing ? " REMOVE #held" : ""),
        ConditionExpression:
          unchanged(version) +
          (held ? ` AND ${held.count === 0 ? "attribute_not_exists(#held)" : "size(#held) = :count"}` : ""),
        names: ["gate", "version", "v", "expiresAt", ...(held ? ["held"] : [])],
        values: {
          ":gate": text(JSON.stringify(next)),
          ":next": number(version + 1),
          ":v": number(1),
          ":expiresAt": number(Math.floor(now / 1000) + gateLifetime),
          ...(version > 0 && { ":version": number(version) }),
          ...(held && held.count > 0 && { ":count": number(held.count) }),
          ...(replacing && { ":held": texts(held.rest.map((one) => JSON.stringify(one))) }),
        },
      });
    },

    hold: async (pair, version, candidate, now) => {
      const lonely = version === 0;
      const updated = await update(pair, {
        UpdateExpression: `SET #held = list_append(if_not_exists(#held, :none), :one), #v = :v${
          lonely ? ", #expiresAt = :expiresAt" : ""
        }`,
        ConditionExpression: `${unchanged(version)} AND (attribute_not_exists(#held) OR size(#held) < :most)`,
        names: ["held", "version", "v", ...(lonely ? ["expiresAt"] : [])],
        values: {
          ":none": texts([]),
          ":one": texts([JSON.stringify(candidate)]),
          ":most": number(mostHeld),
          ":v": number(1),
          ...(lonely
            ? { ":expiresAt": number(Math.floor(now / 1000) + heldLifetime) }
            : { ":version": number(version) }),
        },
      });
      return updated === "changed" ? "changed" : "held";
    },
  };
};

interface Request {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly names: readonly string[];
  readonly values: Record<string, ReturnType<typeof text>>;
}
