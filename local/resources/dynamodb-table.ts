import { createHash } from "node:crypto";
import * as v from "valibot";
import { account, localArn } from "../account.ts";
import type { TableConfiguration, TableRestore } from "../dynamodb/tables.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type CreatedResource, type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const declared = v.strictObject({
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
  restoreSourceName: v.exactOptional(v.string()),
  restoreDateTime: v.exactOptional(
    v.pipe(v.string(), v.isoTimestamp("expected a time such as 2026-11-25T10:15:00Z")),
  ),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

const inputs = v.pipe(
  declared,
  v.check(
    ({ restoreSourceName, restoreDateTime }) =>
      (restoreSourceName === undefined) === (restoreDateTime === undefined),
    "expected restoreSourceName and restoreDateTime together",
  ),
);

type Inputs = v.InferOutput<typeof inputs>;

/**
 * `aws:dynamodb/table:Table`, on demand. Time to Live, deletion protection and point-in-time recovery work and change
 * in place. `onDemandThroughput`, `serverSideEncryption` and `tags` are recorded and have no local effect. Another name,
 * key, local index or restore replaces the table, as on AWS; global indexes change in place.
 *
 * A restored table has no deletion protection until a refresh finds that out and an update gives it: AWS's provider gives it with CreateTable only
 * (https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/dynamodb/table.go).
 */
export function dynamodbTable({ tables }: Pick<Services, "tables">): ResourceHandler {
  const configurationOf = (table: Inputs, name: string): TableConfiguration => ({
    name,
    arn: localArn("dynamodb", `table/${name}`),
    createTable: createTable(table),
    ...(table.ttl?.enabled && { ttlAttribute: table.ttl.attributeName }),
    deletionProtection: table.deletionProtectionEnabled,
    pointInTimeRecovery: table.pointInTimeRecovery?.enabled ?? false,
  });
  const created = (table: Inputs, { name, arn }: TableConfiguration): CreatedResource => {
    const outputs = { ...table, name, arn, id: name, region: account.region, tagsAll: table.tags };
    return { id: name, outputs: { ...outputs, streamEnabled: false, streamArn: "", streamLabel: "" } };
  };
  const put = async (table: Inputs, name: string): Promise<CreatedResource> => {
    const configuration = configurationOf(table, name);
    await tables.putTable(configuration);
    return created(table, configuration);
  };

  return resourceHandler({
    type: "aws:dynamodb/table:Table",
    inputs,
    sets: ["attributes", "globalSecondaryIndexes", "localSecondaryIndexes"],
    replacedBy: [
      "name",
      "hashKey",
      "rangeKey",
      "localSecondaryIndexes",
      "restoreSourceName",
      "restoreDateTime",
    ],
    async create(table, logicalName) {
      const { restoreSourceName: from, restoreDateTime: at } = table;
      const restore = from !== undefined && at !== undefined ? { from, at } : undefined;
      const name = table.name ?? chosenName(logicalName, restore);
      if (await tables.description(name)) throw new Error(`there already is a table ${name}.`);
      if (!restore) return put(table, name);
      const configuration = configurationOf(table, name);
      await tables.restoreTable({ ...configuration, deletionProtection: false }, restore);
      return created(table, configuration);
    },
    async read({ id, outputs }) {
      const table = await tables.description(id);
      return table && liveOutputs(table, outputs);
    },
    update: ({ id }, table) => put(table, id),
    delete: ({ id }) => tables.deleteTable(id),
  });
}

/** `npm start` names a table as the program does; a restored one stands beside its source, under a name of its own. */
function chosenName(logicalName: string, restore: TableRestore | undefined): string {
  if (!restore) return logicalName;
  const suffix = createHash("sha256").update(`${restore.from} ${restore.at}`).digest("hex").slice(0, 7);
  return `${logicalName}-${suffix}`;
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
