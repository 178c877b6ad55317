import * as v from "valibot";
import { account, localArn } from "../account.ts";
import type { TableConfiguration } from "../dynamodb/tables.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type CreatedResource, type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, "expected a table name"))),
  billingMode: v.literal("PAY_PER_REQUEST"),
  hashKey: v.string(),
  rangeKey: v.exactOptional(v.string()),
  attributes: v.array(v.strictObject({ name: v.string(), type: v.picklist(["S", "N", "B"]) })),
  globalSecondaryIndexes: v.optional(
    v.array(
      v.strictObject({
        name: v.string(),
        hashKey: v.string(),
        rangeKey: v.exactOptional(v.string()),
        projectionType: v.picklist(["ALL", "KEYS_ONLY", "INCLUDE"]),
        nonKeyAttributes: v.exactOptional(v.array(v.string())),
      }),
    ),
    [],
  ),
  localSecondaryIndexes: v.optional(
    v.array(
      v.strictObject({
        name: v.string(),
        rangeKey: v.string(),
        projectionType: v.picklist(["ALL", "KEYS_ONLY", "INCLUDE"]),
        nonKeyAttributes: v.exactOptional(v.array(v.string())),
      }),
    ),
    [],
  ),
  ttl: v.exactOptional(v.strictObject({ attributeName: v.string(), enabled: v.boolean() })),
  deletionProtectionEnabled: v.optional(v.boolean(), false),
  onDemandThroughput: v.exactOptional(
    v.strictObject({
      maxReadRequestUnits: v.exactOptional(v.number()),
      maxWriteRequestUnits: v.exactOptional(v.number()),
    }),
  ),
  serverSideEncryption: v.exactOptional(
    v.strictObject({ enabled: v.boolean(), kmsKeyArn: v.exactOptional(v.string()) }),
  ),
  pointInTimeRecovery: v.exactOptional(
    v.strictObject({ enabled: v.boolean(), recoveryPeriodInDays: v.exactOptional(v.number()) }),
  ),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

type Inputs = v.InferOutput<typeof inputs>;

/**
 * `aws:dynamodb/table:Table`, on demand. Time to Live and deletion protection work and change in place.
 * `onDemandThroughput`, `serverSideEncryption`, `pointInTimeRecovery` and `tags` are recorded and have
 * no local effect. Another name, key or local index replaces the table, as on AWS; global indexes change in place.
 */
export function dynamodbTable({ tables }: Pick<Services, "tables">): ResourceHandler {
  const put = async (table: Inputs, logicalName: string): Promise<CreatedResource> => {
    const name = table.name ?? logicalName;
    const arn = localArn("dynamodb", `table/${name}`);
    await tables.putTable({
      name,
      arn,
      createTable: createTable(table),
      ...(table.ttl?.enabled && { ttlAttribute: table.ttl.attributeName }),
      deletionProtection: table.deletionProtectionEnabled,
    });
    const outputs = { ...table, name, arn, id: name, region: account.region, tagsAll: table.tags };
    return { id: name, outputs: { ...outputs, streamEnabled: false, streamArn: "", streamLabel: "" } };
  };

  return resourceHandler({
    type: "aws:dynamodb/table:Table",
    inputs,
    sets: ["attributes", "globalSecondaryIndexes", "localSecondaryIndexes"],
    replacedBy: ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
    async create(table, logicalName) {
      const name = table.name ?? logicalName;
      if (await tables.description(name)) throw new Error(`there already is a table ${name}.`);
      return put(table, logicalName);
    },
    async read({ id, outputs }) {
      const table = await tables.description(id);
      return table && liveOutputs(table, outputs);
    },
    update: ({ id }, table) => put(table, id),
    delete: ({ id }) => tables.deleteTable(id),
  });
}

function liveOutputs(
  { ttlAttribute, deletionProtection }: TableConfiguration,
  { ttl }: CreatedResource["outputs"],
) {
  const declaresTtl = v.is(v.object({ attributeName: v.string() }), ttl);
  return {
    deletionProtectionEnabled: deletionProtection,
    ...((declaresTtl || ttlAttribute !== undefined) && {
      ttl: {
        attributeName: ttlAttribute ?? (declaresTtl ? ttl.attributeName : ""),
        enabled: ttlAttribute !== undefined,
      },
    }),
  };
}

type Projection = Pick<Inputs["localSecondaryIndexes"][number], "projectionType" | "nonKeyAttributes">;

function createTable(table: Inputs): Record<string, unknown> {
  const keySchema = (hashKey: string, rangeKey: string | undefined) => [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }]),
  ];
  const projection = ({ projectionType, nonKeyAttributes }: Projection) => ({
    ProjectionType: projectionType,
    ...(nonKeyAttributes && { NonKeyAttributes: nonKeyAttributes }),
  });
  const globals = table.globalSecondaryIndexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index.hashKey, index.rangeKey),
    Projection: projection(index),
  }));
  const locals = table.localSecondaryIndexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(table.hashKey, index.rangeKey),
    Projection: projection(index),
  }));
  return {
    BillingMode: table.billingMode,
    KeySchema: keySchema(table.hashKey, table.rangeKey),
    AttributeDefinitions: table.attributes.map((attribute) => ({
      AttributeName: attribute.name,
      AttributeType: attribute.type,
    })),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
  };
}
