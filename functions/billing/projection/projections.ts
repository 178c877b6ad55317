import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { number, text } from "../../shared/attribute-values.ts";
import { sha256 } from "../../shared/digest.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { shardOf } from "../../shared/shard.ts";
import { type AuditEntry, auditPut } from "./audits.ts";
import type { Customer } from "./customers.ts";

/** What a read of Stripe changes. */
export type CustomerChange = Pick<Customer, "subscriptions" | "entitlement" | "version" | "metadata"> & {
  /** Epoch second at which the entitlement changes if nothing is heard. */
  readonly reviewAt: number | undefined;
};

export interface Projections {
  /**
   * Writes what the read of that number says and the entries that tell why, both or neither, if the row's
   * projection is still that of `before`. One call for up to 99 entries; of more, the rest is written first, so that
   * a crash may leave an entry twice and loses none.
   */
  write(
    before: Customer,
    fence: number,
    change: CustomerChange,
    entries: readonly AuditEntry[],
  ): Promise<"written" | "changed">;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const mostInTransaction = 100;

export const dynamoProjections = (
  client: DynamoDBClient,
  tables: { readonly customers: string; readonly audits: string },
  resilient: Resilient,
): Projections => {
  /** A try whose answer was lost is known again by the token, for ten minutes. */
  const transact = (TransactItems: TransactWriteItemsCommand["input"]["TransactItems"], token: string) => {
    const command = new TransactWriteItemsCommand({
      TransactItems,
      ClientRequestToken: sha256(token).slice(0, 36),
    });
    return resilient((abortSignal) => client.send(command, { abortSignal }));
  };
  return {
    write: async (before, fence, change, entries) => {
      const update = updateOf(tables.customers, before, fence, change);
      const puts = entries.map((entry) => ({ Put: auditPut(tables.audits, before.user, entry) }));
      const token = `${before.user}#${fence}#${before.applied}`;
      try {
        if (puts.length === 0) {
          const command = new UpdateItemCommand(update);
          await resilient((abortSignal) => client.send(command, { abortSignal }));
          return "written";
        }
        for (let from = mostInTransaction - 1; from < puts.length; from += mostInTransaction) {
          await transact(puts.slice(from, from + mostInTransaction), `${token}#${from}`);
        }
        await transact([{ Update: update }, ...puts.slice(0, mostInTransaction - 1)], token);
        return "written";
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException || isRefused(error)) return "changed";
        throw error;
      }
    },
  };
};

/** The row is the first of its transaction, and the only one with a condition. */
const isRefused = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  error.CancellationReasons?.[0]?.Code === "ConditionalCheckFailed";

function updateOf(
  table: string,
  before: Customer,
  fence: number,
  { reviewAt, version, ...documents }: CustomerChange,
): Update {
  const set: Record<string, AttributeValue> = {
    applied: number(fence),
    version: number(version),
    ...Object.fromEntries(
      Object.entries(documents).map(([name, value]) => [name, text(JSON.stringify(value))]),
    ),
    ...(reviewAt !== undefined && { reviewAt: number(reviewAt), shard: number(shardOf(before.user)) }),
  };
  const removed = reviewAt === undefined ? ["reviewAt", "shard"] : [];
  const assignments = Object.keys(set).map((name) => `#${name} = :${name}`);
  return {
    TableName: table,
    Key: { user: text(before.user) },
    UpdateExpression: `SET ${assignments.join(", ")}${removed.length > 0 ? " REMOVE #reviewAt, #shard" : ""}`,
    ConditionExpression: before.applied === 0 ? "attribute_not_exists(#applied)" : "#applied = :before",
    ExpressionAttributeNames: Object.fromEntries(
      [...Object.keys(set), ...removed].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      ...(before.applied > 0 && { ":before": number(before.applied) }),
    },
  };
}
