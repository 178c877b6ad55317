import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "../../shared/aws/dynamodb.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { reconcilerKey } from "./reconciler-key.ts";

const epochSecond = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const span = v.strictObject({ from: epochSecond, until: epochSecond, after: v.string() });

const progress = v.strictObject({
  /** Undelivered events that were created up to this epoch second were asked about. */
  eventsUntil: epochSecond,
  /** The span of events that is being read, newest first, and the last one that was. */
  span: v.optional(span),
  /** When the last walk of all subscriptions began, and the one that it has come to; absent when it has ended. */
  walkBegan: epochSecond,
  walkAfter: v.optional(v.string()),
});

const place = v.strictObject({ until: epochSecond, span: v.optional(span) });
/** How far the lists of money that went back were read; of those only for which the seller wants subscriptions ended. */
const matters = v.strictObject({
  refund: v.optional(place),
  dispute: v.optional(place),
  fraud_warning: v.optional(place),
});

export type Progress = v.InferOutput<typeof progress> & {
  readonly matters?: v.InferOutput<typeof matters>;
};

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

const row = v.object({
  version: readNumber,
  progress: v.pipe(readText, v.parseJson(), progress),
  matters: v.optional(v.pipe(readText, v.parseJson(), matters)),
});

/**
 * A row among the customers'. It has none of the attributes by which an index finds them. An attribute of its own has what
 * an earlier release does not know, which refuses a progress that it cannot read as a whole.
 */
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
    if (Item) {
      const { version, progress, matters } = readRow("customers", row, Item);
      return { version, progress: { ...progress, ...(matters && { matters }) } };
    }
    return { version: 0, progress: { eventsUntil: 0, walkBegan: 0 } };
  },

  save: async ({ version }, next) => {
    const { matters, ...progress } = next;
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { user: text(reconcilerKey) },
      UpdateExpression: `SET #progress = :progress, #version = :next, #v = :v${
        matters ? ", #matters = :matters" : " REMOVE #matters"
      }`,
      ConditionExpression: version === 0 ? "attribute_not_exists(#version)" : "#version = :before",
      ExpressionAttributeNames: {
        "#progress": "progress",
        "#matters": "matters",
        "#version": "version",
        "#v": "v",
      },
      ExpressionAttributeValues: {
        ":progress": text(JSON.stringify(progress)),
        ...(matters && { ":matters": text(JSON.stringify(matters)) }),
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
