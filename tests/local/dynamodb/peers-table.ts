import type { TableConfiguration } from "../../../local/dynamodb/tables.ts";

/** A table as the program declares it: two keys, one index, rows that expire. */
export const peersTable: TableConfiguration = {
  name: "peers",
  arn: "arn:aws:dynamodb:us-east-1:000000000000:table/peers",
  createTable: {
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "channel", KeyType: "HASH" },
      { AttributeName: "clientId", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "channel", AttributeType: "S" },
      { AttributeName: "clientId", AttributeType: "S" },
      { AttributeName: "shard", AttributeType: "N" },
      { AttributeName: "keepaliveAt", AttributeType: "N" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "keepalive",
        KeySchema: [
          { AttributeName: "shard", KeyType: "HASH" },
          { AttributeName: "keepaliveAt", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["connectionId"] },
      },
    ],
  },
  ttlAttribute: "expiresAt",
  deletionProtection: false,
};
