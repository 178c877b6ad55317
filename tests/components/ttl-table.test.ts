import { expect, test } from "@jest/globals";
import { InlineFunction } from "../../components/inline-function.ts";
import { TtlTable } from "../../components/ttl-table.ts";
import { grants, inventory, only, recordedProgram } from "./recorded-program.ts";

function declareTable() {
  return new TtlTable("rows", {
    partitionKey: { name: "channel", type: "S" },
    sortKey: { name: "clientId", type: "S" },
    ttlAttribute: "expiresAt",
    indexes: {
      keepalive: {
        partitionKey: { name: "shard", type: "N" },
        sortKey: { name: "keepaliveAt", type: "N" },
        projected: ["connectionId"],
      },
    },
  });
}

function declareReader() {
  return new InlineFunction("Reader", {
    module: "signaling/authorize",
    environment: { PROOFS_TABLE: "proofs" },
    logRetentionDays: 14,
  });
}

test("a table expires its rows and is safe by default", async () => {
  const recorded = await recordedProgram(declareTable);
  expect(inventory(recorded)).toEqual(["rows Table"]);
  expect(only(recorded, "aws:dynamodb/table:Table", "rows")).toEqual({
    billingMode: "PAY_PER_REQUEST",
    onDemandThroughput: { maxReadRequestUnits: 4000, maxWriteRequestUnits: 4000 },
    hashKey: "channel",
    rangeKey: "clientId",
    attributes: [
      { name: "channel", type: "S" },
      { name: "clientId", type: "S" },
      { name: "shard", type: "N" },
      { name: "keepaliveAt", type: "N" },
    ],
    globalSecondaryIndexes: [
      {
        name: "keepalive",
        hashKey: "shard",
        rangeKey: "keepaliveAt",
        projectionType: "INCLUDE",
        nonKeyAttributes: ["connectionId"],
      },
    ],
    ttl: { attributeName: "expiresAt", enabled: true },
    serverSideEncryption: { enabled: true },
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: true,
  });
});

test("a table may have other orders of its rows, with an attribute of each order's key", async () => {
  const recorded = await recordedProgram(
    () =>
      new TtlTable("pairs", {
        partitionKey: { name: "recipient", type: "S" },
        sortKey: { name: "sender", type: "S" },
        ttlAttribute: "expiresAt",
        localIndexes: {
          waiting: { sortKey: { name: "waitingUntil", type: "N" }, projected: ["waitingFrames"] },
          bare: { sortKey: { name: "waitingUntil", type: "N" }, projected: [] },
        },
        indexes: { due: { partitionKey: { name: "shard", type: "N" }, projected: [] } },
      }),
  );
  expect(only(recorded, "aws:dynamodb/table:Table", "pairs")).toMatchObject({
    attributes: [
      { name: "recipient", type: "S" },
      { name: "sender", type: "S" },
      { name: "shard", type: "N" },
      { name: "waitingUntil", type: "N" },
    ],
    globalSecondaryIndexes: [{ name: "due", hashKey: "shard", projectionType: "KEYS_ONLY" }],
    localSecondaryIndexes: [
      {
        name: "waiting",
        rangeKey: "waitingUntil",
        projectionType: "INCLUDE",
        nonKeyAttributes: ["waitingFrames"],
      },
      { name: "bare", rangeKey: "waitingUntil", projectionType: "KEYS_ONLY" },
    ],
  });
});

test("each verb grants one action on the table or one of its indexes, and no more", async () => {
  const recorded = await recordedProgram(() => {
    const table = declareTable();
    const reader = declareReader();
    table.grantRead(reader);
    table.grantPut(reader);
    table.grantUpdate(reader, ["channel", "keepaliveAt"]);
    table.grantDelete(reader);
    table.grantScan(reader);
    table.grantQuery(reader);
    table.grantQuery(reader, "keepalive");
    table.grantQuery(reader);
  });
  const table = "arn:aws:dynamodb:us-east-1:111122223333:rows";
  expect(grants(recorded, "Reader")).toEqual({
    "Reader-logs": [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: ["arn:aws:cloudwatch:us-east-1:111122223333:Reader:*"],
      },
      {
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: ["*"],
      },
    ],
    "Reader-get-rows": [{ Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: [table] }],
    "Reader-put-rows": [{ Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: [table] }],
    "Reader-update-rows": [
      {
        Effect: "Allow",
        Action: ["dynamodb:UpdateItem"],
        Resource: [table],
        Condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["channel", "keepaliveAt"] } },
      },
    ],
    "Reader-delete-rows": [{ Effect: "Allow", Action: ["dynamodb:DeleteItem"], Resource: [table] }],
    "Reader-scan-rows": [{ Effect: "Allow", Action: ["dynamodb:Scan"], Resource: [table] }],
    "Reader-query-rows": [{ Effect: "Allow", Action: ["dynamodb:Query"], Resource: [table] }],
    "Reader-query-rows-keepalive": [
      { Effect: "Allow", Action: ["dynamodb:Query"], Resource: [`${table}/index/keepalive`] },
    ],
  });
});

test("a table is closed to all but the functions that were granted something, and whom it is told", async () => {
  const recorded = await recordedProgram(() => {
    const table = declareTable();
    const reader = declareReader();
    table.grantQuery(reader, "keepalive");
    table.denyOthers(["arn:aws:iam::111122223333:role/operators"]);
  });
  const table = "arn:aws:dynamodb:us-east-1:111122223333:rows";
  const { policy, ...rest } = only(recorded, "aws:dynamodb/resourcePolicy:ResourcePolicy", "rows");
  expect(rest).toEqual({ resourceArn: table });
  const { Statement } = JSON.parse(String(policy));
  expect(Statement).toEqual([
    {
      Effect: "Deny",
      Principal: "*",
      Action: [
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PartiQLDelete",
        "dynamodb:PartiQLInsert",
        "dynamodb:PartiQLSelect",
        "dynamodb:PartiQLUpdate",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
      ],
      Resource: [table, `${table}/index/*`],
      Condition: {
        ArnNotLike: {
          "aws:PrincipalArn": [
            "arn:aws:iam:us-east-1:111122223333:Reader",
            "arn:aws:iam::111122223333:role/operators",
          ],
        },
      },
    },
  ]);
});
