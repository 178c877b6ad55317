import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { number, text } from "../../shared/attribute-values.ts";
import type { Resilient } from "../../shared/resilience.ts";

const status = v.optional(v.string());

/** Why a user's access is what it is: one change of one subscription. Holds no personal data. */
export const auditEntry = v.strictObject({
  /** `<ISO time>#<fence>#<which of that read>`: sorts by time, and is the same however often it is written. */
  at: v.string(),
  /** What made us read: the id of Stripe's event, or `checkout_return`, `reconcile`, `review`. */
  cause: v.string(),
  subscriptionId: v.string(),
  statusBefore: status,
  statusAfter: v.string(),
  planBefore: status,
  planAfter: status,
  /** What the user had and has, over all subscriptions: a plan, or the reason why none. */
  accessBefore: v.string(),
  accessAfter: v.string(),
});
export type AuditEntry = v.InferOutput<typeof auditEntry>;

export interface Audits {
  /** Writes those that are not written yet. An entry never changes. */
  append(user: string, entries: readonly AuditEntry[]): Promise<void>;
}

/** Seconds that an entry is kept: 400 days. */
const lifetime = 400 * 24 * 60 * 60;

export const dynamoAudits = (client: DynamoDBClient, table: string, resilient: Resilient): Audits => ({
  append: async (user, entries) => {
    for (const { at, ...entry } of entries) {
      const written = Math.floor(Date.parse(at.split("#")[0] ?? "") / 1000);
      const command = new PutItemCommand({
        TableName: table,
        Item: {
          user: text(user),
          at: text(at),
          ...Object.fromEntries(
            Object.entries(entry).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, text(value)]],
            ),
          ),
          expiresAt: number(written + lifetime),
          v: number(1),
        },
        ConditionExpression: "attribute_not_exists(#at)",
        ExpressionAttributeNames: { "#at": "at" },
      });
      try {
        await resilient((abortSignal) => client.send(command, { abortSignal }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    }
  },
});
