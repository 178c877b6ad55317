import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../../shared/attribute-values.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { reconcilerKey } from "./reconciler-key.ts";

const epochSecond = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const progress = v.strictObject({
  /** Undelivered events that were created up to this epoch second were asked about. */
  eventsUntil: epochSecond,
  /** The span of events that is being read, newest first, and the last one that was. */
  span: v.optional(v.strictObject({ from: epochSecond, until: epochSecond, after: v.string() })),
  /** When the last walk of all subscriptions began, and the one that it has come to; absent when it has ended. */
  walkBegan: epochSecond,
  walkAfter: v.optional(v.string()),
});
export type Progress = v.InferOutput<typeof progress>;

export interface SavedProgress {
  /** Counts the saves. */
  readonly version: number;
  readonly progress: Progress;
}

/** How far the comparison with Stripe has come. Nothing lies behind it whose refresh is not durably queued. */
export interface ReconcilerProgress {
  /** That of a first run where there is none yet. */
  read(): Promise<SavedProgress>;
  /** Undefined when another run has saved since: then nothing is written. */
  save(before: SavedProgress, progress: Progress): Promise<SavedProgress | undefined>;
}

const row = v.object({ version: readNumber, progress: v.pipe(readText, v.parseJson(), progress) });

/** A row among the customers'. It has none of the attributes by which an index finds them. */
export const dynamoReconcilerProgress = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): ReconcilerProgress => ({
  read: async () => {
    const command = new GetItemCommand({
      TableName: table,
      Key: { user: text(reconcilerKey) },
      ConsistentRead: true,
    });
    const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    return Item
      ? readRow("customers", row, Item)
      : { version: 0, progress: { eventsUntil: 0, walkBegan: 0 } };
  },

  save: async ({ version }, next) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { user: text(reconcilerKey) },
      UpdateExpression: "SET #progress = :progress, #version = :next, #v = :v",
      ConditionExpression: version === 0 ? "attribute_not_exists(#version)" : "#version = :before",
      ExpressionAttributeNames: { "#progress": "progress", "#version": "version", "#v": "v" },
      ExpressionAttributeValues: {
        ":progress": text(JSON.stringify(next)),
        ":next": number(version + 1),
        ":v": number(1),
        ...(version > 0 && { ":before": number(version) }),
      },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
      return { version: version + 1, progress: next };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  },
});
