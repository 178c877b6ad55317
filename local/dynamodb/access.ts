import { attributeNames } from "./attribute-names.ts";
import type { CheckedRequest, DynaliteOperation } from "./dynalite.ts";
import type { Tables } from "./tables.ts";

type Access = Omit<ReturnType<Tables["accessOf"]>, "resourcePolicies">;
type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Where a table and its indexes are found. */
export interface TableKeys {
  readonly arn: string;
  /** Absent when there is no such table. */
  readonly partitionKey?: string;
  /** Index name → its partition key. */
  readonly indexes: Readonly<Record<string, string>>;
}

export type FindTable = (name: string) => TableKeys;

/**
 * What a checked request needs: the action, the ARNs of its tables (of the index, when it reads one),
 * and the condition keys `dynamodb:LeadingKeys`, `Attributes`, `Select` and `ReturnValues` as
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html has them.
 * Attributes include keys: AWS asks a policy that lists attributes to list the keys too.
 */
export function accessOf(operation: DynaliteOperation, request: CheckedRequest, find: FindTable): Access {
  const action = `dynamodb:${operation}`;
  if (operation === "ListTables") return { action, resources: ["*"], context: {} };
  if (operation === "BatchGetItem" || operation === "BatchWriteItem") {
    return accessOfBatch(action, request.RequestItems as Batch, find);
  }
  const table = find(String(request.TableName));
  const index = request.IndexName as string | undefined;
  const resource = index === undefined ? table.arn : `${table.arn}/index/${index}`;
  const partitionKey = index === undefined ? table.partitionKey : table.indexes[index];
  return {
    action,
    resources: [resource],
    context: contextOf({
      LeadingKeys: leadingKeys(request, partitionKey),
      Attributes: [...attributeNames(request)],
      Select: select(operation, request),
      ReturnValues: writes.has(operation) ? [String(request.ReturnValues ?? "NONE")] : [],
    }),
  };
}

const writes = new Set<string>(["PutItem", "UpdateItem", "DeleteItem"]);
const reads = new Set<string>(["GetItem", "BatchGetItem", "Query", "Scan"]);

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Values };
  readonly DeleteRequest?: { readonly Key: Values };
}
type Batch = Readonly<
  Record<string, readonly WriteRequest[] | (CheckedRequest & { readonly Keys: readonly Values[] })>
>;

function accessOfBatch(action: string, items: Batch, find: FindTable): Access {
  const resources: string[] = [];
  const keys = new Set<string>();
  const attributes = new Set<string>();
  const selected = new Set<string>();
  for (const [tableName, requests] of Object.entries(items)) {
    const table = find(tableName);
    resources.push(table.arn);
    const single: CheckedRequest[] = Array.isArray(requests)
      ? requests.flatMap(({ PutRequest, DeleteRequest }: WriteRequest) => [
          { Item: PutRequest?.Item },
          { Item: DeleteRequest?.Key },
        ])
      : (requests as { Keys: readonly Values[] }).Keys.map((Key) => ({ ...requests, Key }));
    for (const request of single) {
      for (const key of leadingKeys(request, table.partitionKey)) keys.add(key);
      for (const name of attributeNames(request)) attributes.add(name);
      for (const value of Array.isArray(requests) ? [] : select("BatchGetItem", request)) selected.add(value);
    }
  }
  const context = { LeadingKeys: [...keys], Attributes: [...attributes], Select: [...selected] };
  return { action, resources, context: contextOf(context) };
}

function leadingKeys(request: CheckedRequest, partitionKey: string | undefined): string[] {
  if (partitionKey === undefined) return [];
  const conditions = request.KeyConditions as Record<string, { AttributeValueList?: Values[string][] }>;
  const value =
    ((request.Key ?? request.Item) as Values | undefined)?.[partitionKey] ??
    conditions?.[partitionKey]?.AttributeValueList?.[0];
  return value === undefined ? [] : [String(Object.values(value)[0])];
}

function select(operation: string, request: CheckedRequest): string[] {
  if (!reads.has(operation)) return [];
  if (typeof request.Select === "string") return [request.Select];
  if (request._projection !== undefined || request.AttributesToGet !== undefined) {
    return ["SPECIFIC_ATTRIBUTES"];
  }
  return [request.IndexName === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES"];
}

/** A key without a value is absent from the request context. */
function contextOf(values: Readonly<Record<string, readonly string[]>>): Access["context"] {
  const present = Object.entries(values).filter(([, list]) => list.length > 0);
  return Object.fromEntries(present.map(([key, list]) => [`dynamodb:${key}`, list]));
}
