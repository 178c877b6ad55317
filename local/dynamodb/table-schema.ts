import * as v from "valibot";
import type { TableKeys } from "./access.ts";

const keySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) }));

const indexes = v.array(
  v.object({
    IndexName: v.string(),
    KeySchema: keySchema,
    Projection: v.object({
      ProjectionType: v.string(),
      NonKeyAttributes: v.optional(v.array(v.string()), []),
    }),
  }),
);

/** What DescribeTable and CreateTable say about keys and indexes. */
const tableSchema = v.object({
  KeySchema: keySchema,
  AttributeDefinitions: v.array(v.object({ AttributeName: v.string(), AttributeType: v.string() })),
  GlobalSecondaryIndexes: v.optional(indexes, []),
  LocalSecondaryIndexes: v.optional(indexes, []),
});

export type TableSchema = v.InferOutput<typeof tableSchema>;

/** Throws when the members of a table's description are not a table's. */
export function parseTableSchema(description: unknown): TableSchema {
  return v.parse(tableSchema, description);
}

/** Keys and indexes in words; two tables with the same words hold the same rows in the same places. */
export function describeSchema(schema: TableSchema): string {
  const types = new Map(schema.AttributeDefinitions.map((a) => [a.AttributeName, a.AttributeType]));
  const keys = (key: v.InferOutput<typeof keySchema>) =>
    key.map(({ AttributeName }) => `${AttributeName} (${types.get(AttributeName)})`).join(", ");
  const words = (kind: string, described: v.InferOutput<typeof indexes>) =>
    described.map(({ IndexName, KeySchema, Projection }) => {
      const projected = [Projection.ProjectionType, ...Projection.NonKeyAttributes.toSorted()].join(" ");
      return `; ${kind} ${IndexName}: keys ${keys(KeySchema)}, projection ${projected}`;
    });
  const all = [
    ...words("index", schema.GlobalSecondaryIndexes),
    ...words("local index", schema.LocalSecondaryIndexes),
  ];
  return `keys ${keys(schema.KeySchema)}${all.toSorted().join("")}`;
}

/** Whether two tables differ in their global indexes alone, if at all. */
export function sameButForGlobalIndexes(one: TableSchema, other: TableSchema): boolean {
  const [first, second] = [one, other].map((schema) =>
    describeSchema({ ...schema, GlobalSecondaryIndexes: [] }),
  );
  return first === second;
}

export function keyNames(schema: TableSchema): string[] {
  return schema.KeySchema.map((key) => key.AttributeName);
}

export function tableKeys(arn: string, schema: TableSchema): TableKeys {
  const hash = (key: v.InferOutput<typeof keySchema>) =>
    key.find((element) => element.KeyType === "HASH")?.AttributeName ?? "";
  return {
    arn,
    partitionKey: hash(schema.KeySchema),
    indexes: Object.fromEntries(
      [...schema.GlobalSecondaryIndexes, ...schema.LocalSecondaryIndexes].map((index) => [
        index.IndexName,
        hash(index.KeySchema),
      ]),
    ),
  };
}
