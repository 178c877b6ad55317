import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";

const attribute = (AttributeName: string, AttributeType: "S" | "N") => ({ AttributeName, AttributeType });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" as const });

/**
 * CreateTable's requests for the tables of the program, by name. Any endpoint that speaks DynamoDB takes them
 * with a `TableName`.
 */
export const programTables = {
  peers: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      attribute("channel", "S"),
      attribute("clientId", "S"),
      attribute("shard", "N"),
      attribute("keepaliveAt", "N"),
    ],
    KeySchema: [hash("channel"), range("clientId")],
    GlobalSecondaryIndexes: [
      {
        IndexName: "keepalive",
        KeySchema: [hash("shard"), range("keepaliveAt")],
        Projection: {
          ProjectionType: "INCLUDE" as const,
          NonKeyAttributes: [
            "connectionId",
            "role",
            "announced",
            "connectedAt",
            "user",
            "aliveAt",
            "askedAt",
          ],
        },
      },
    ],
  },
  pairs: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      attribute("recipient", "S"),
      attribute("sender", "S"),
      attribute("waitingUntil", "N"),
      attribute("shard", "N"),
      attribute("dueAt", "N"),
    ],
    KeySchema: [hash("recipient"), range("sender")],
    LocalSecondaryIndexes: [
      {
        IndexName: "waiting",
        KeySchema: [hash("recipient"), range("waitingUntil")],
        Projection: { ProjectionType: "INCLUDE" as const, NonKeyAttributes: ["waitingFrames"] },
      },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "due",
        KeySchema: [hash("shard"), range("dueAt")],
        Projection: { ProjectionType: "KEYS_ONLY" as const },
      },
    ],
  },
  proofs: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [attribute("proofHash", "S")],
    KeySchema: [hash("proofHash")],
  },
  claims: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [attribute("channel", "S"), attribute("name", "S")],
    KeySchema: [hash("channel"), range("name")],
  },
  attempts: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [attribute("user", "S"), attribute("name", "S")],
    KeySchema: [hash("user"), range("name")],
  },
  customers: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      attribute("user", "S"),
      attribute("stripeCustomerId", "S"),
      attribute("shard", "N"),
      attribute("reviewAt", "N"),
    ],
    KeySchema: [hash("user")],
    GlobalSecondaryIndexes: [
      {
        IndexName: "stripe-customer",
        KeySchema: [hash("stripeCustomerId")],
        Projection: { ProjectionType: "KEYS_ONLY" as const },
      },
      {
        IndexName: "review",
        KeySchema: [hash("shard"), range("reviewAt")],
        Projection: { ProjectionType: "INCLUDE" as const, NonKeyAttributes: ["stripeCustomerId"] },
      },
    ],
  },
  audits: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [attribute("user", "S"), attribute("at", "S")],
    KeySchema: [hash("user"), range("at")],
  },
  sockets: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [attribute("user", "S"), attribute("connectionId", "S")],
    KeySchema: [hash("user"), range("connectionId")],
  },
  topics: {
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [attribute("topic", "S"), attribute("connectionId", "S")],
    KeySchema: [hash("topic"), range("connectionId")],
  },
} as const;

/** Creates them at an endpoint. */
export async function createProgramTables(client: DynamoDBClient): Promise<void> {
  for (const [TableName, table] of Object.entries(programTables)) {
    const input = { TableName, ...table } as unknown as CreateTableCommandInput;
    await client.send(new CreateTableCommand(input));
  }
}
