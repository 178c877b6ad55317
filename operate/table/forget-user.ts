import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { entitlement } from "../../functions/billing/access/entitlement.ts";
import { OperateError } from "../operate-error.ts";
import type { Row } from "./row-line.ts";

export interface Forget {
  /** `<tenant>#<sub>`. */
  readonly user: string;
  /** Name in index.ts → name on AWS. */
  readonly tables: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
}

/** Tables whose rows are a user's for longer than a connection, with their sort key. */
const kept = { audits: "at", attempts: "name" } as const;

const stored = v.object({ entitlement: v.optional(v.pipe(v.string(), v.parseJson(), entitlement)) });

/**
 * Removes the user's rows from `customers`, `audits` and `attempts`, and returns how many of each there were. Cut off, it goes
 * on when it is run again. Throws OperateError while the user has access: Stripe then has a subscription, by which the row
 * would be written anew; and when the row changes meanwhile.
 */
export async function forgetUser(
  client: DynamoDBClient,
  { user, tables, dryRun }: Forget,
): Promise<Readonly<Record<string, number>>> {
  const { customers } = tables;
  if (customers === undefined)
    throw new OperateError("this stack sells nothing, and keeps nothing about a user");
  const Key = { user: { S: user } };
  const { Item: row } = await client.send(
    new GetItemCommand({ TableName: customers, Key, ConsistentRead: true }),
  );
  if (row) refuseAccess(user, row);
  if (row && !dryRun) await remove(client, customers, Key, row);
  const counts: Record<string, number> = { customers: row ? 1 : 0 };
  for (const [name, sortKey] of Object.entries(kept)) {
    const TableName = tables[name];
    counts[name] = TableName === undefined ? 0 : await removeAll(client, TableName, user, sortKey, dryRun);
  }
  return counts;
}

function refuseAccess(user: string, row: Row): void {
  const { output, success } = v.safeParse(stored, { entitlement: row.entitlement?.S });
  if (!success) throw new OperateError(`the row of ${user} cannot be read; is it of a later release?`);
  const customer = row.stripeCustomerId?.S ?? "of that user";
  if (output.entitlement?.kind === "entitled") {
    throw new OperateError(
      `${user} has access: delete the customer ${customer} at Stripe first, then wait a minute`,
    );
  }
}

/** Only as it was read: a payment that comes now must not lose its row. */
async function remove(client: DynamoDBClient, TableName: string, Key: Row, row: Row): Promise<void> {
  const { version } = row;
  const condition = version
    ? { ConditionExpression: "#v = :v", ExpressionAttributeValues: { ":v": version } }
    : { ConditionExpression: "attribute_not_exists(#v)" };
  const command = new DeleteItemCommand({
    ...{ TableName, Key, ...condition },
    ExpressionAttributeNames: { "#v": "version" },
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new OperateError("the row has changed meanwhile: run it again");
  }
}

async function removeAll(
  client: DynamoDBClient,
  TableName: string,
  user: string,
  sortKey: string,
  dryRun: boolean,
): Promise<number> {
  let count = 0;
  const pages = paginateQuery(
    { client },
    {
      TableName,
      KeyConditionExpression: "#user = :user",
      ExpressionAttributeNames: { "#user": "user" },
      ExpressionAttributeValues: { ":user": { S: user } },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    count += Items.length;
    if (dryRun) continue;
    await Promise.all(
      Items.map((item) => {
        const Key = { user: { S: user }, [sortKey]: item[sortKey] ?? { S: "" } };
        return client.send(new DeleteItemCommand({ TableName, Key }));
      }),
    );
  }
  return count;
}
