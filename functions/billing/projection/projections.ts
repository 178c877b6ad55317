import { number, text } from "../../shared/attribute-values.ts";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
  UpdateItemCommand,
} from "../../shared/aws/dynamodb.ts";
import { sha256 } from "../../shared/digest.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { shardOf } from "../../shared/shard.ts";
import { type AuditEntry, auditItem } from "./audits.ts";
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
  customersTable: string,
  auditsTable: string,
  resilient: Resilient,
): Projections => {
  const transact = (
    updates: readonly RowUpdate[],
    user: string,
    entries: readonly AuditEntry[],
    token: string,
  ) => {
    const command = new TransactWriteItemsCommand({
      TransactItems: [
        ...updates.map((update) => ({ Update: { TableName: customersTable, ...update } })),
        ...entries.map((entry) => ({ Put: { TableName: auditsTable, Item: auditItem(user, entry) } })),
      ],
      // A try whose answer was lost is known again by it, for ten minutes.
      ClientRequestToken: sha256(token).slice(0, 36),
    });
    return resilient((abortSignal) => client.send(command, { abortSignal }));
  };
  return {
    write: async (before, fence, change, entries) => {
      const { user } = before;
      const update = updateOf(before, fence, change);
      const token = `${user}#${fence}#${before.applied}`;
      try {
        if (entries.length === 0) {
          const command = new UpdateItemCommand({ TableName: customersTable, ...update });
          await resilient((abortSignal) => client.send(command, { abortSignal }));
          return "written";
        }
        for (let from = mostInTransaction - 1; from < entries.length; from += mostInTransaction) {
          await transact([], user, entries.slice(from, from + mostInTransaction), `${token}#${from}`);
        }
        await transact([update], user, entries.slice(0, mostInTransaction - 1), token);
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

type RowUpdate = Omit<Update, "TableName">;

function updateOf(
  before: Customer,
  fence: number,
  { reviewAt, version, ...documents }: CustomerChange,
): RowUpdate {
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
