// A second opinion on what the emulators of the local cloud answer: the same contracts, at another project's.
import { randomUUID } from "node:crypto";
import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll } from "@jest/globals";
import { DynamoDBClient as FunctionsDynamoDBClient } from "../../functions/shared/aws/dynamodb.ts";
import { SQSClient as FunctionsSQSClient } from "../../functions/shared/aws/sqs.ts";
import { dynamoPairs } from "../../functions/signaling/pairs.ts";
import { dynamoSubscriptions } from "../../functions/signaling/subscriptions.ts";
import { createProgramTables, programTables } from "../functions/program-tables.ts";
import { straight } from "../functions/straight.ts";
import { ministack as command, commandOf } from "../python-tool.ts";
import { type Ministack, startMinistack } from "./ministack.ts";
import { pairsContract } from "./pairs.ts";
import { queueOf } from "./sqs-wake-ups.ts";
import { subscriptionsContract } from "./subscriptions.ts";
import { wakeUpsContract } from "./wake-ups.ts";

let ministack: Ministack;
beforeAll(async () => {
  ministack = await startMinistack(commandOf(command));
}, 60_000);
afterAll(() => ministack?.stop());

async function dropTables(client: DynamoDBClient): Promise<void> {
  for (const TableName of Object.keys(programTables))
    await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
}

pairsContract("in ministack's DynamoDB", async () => {
  const client = new DynamoDBClient(ministack.options);
  await createProgramTables(client);
  return {
    pairs: dynamoPairs(new FunctionsDynamoDBClient(ministack.options), "pairs", straight),
    close: () => dropTables(client),
  };
});

subscriptionsContract("in ministack's DynamoDB", async () => {
  const client = new DynamoDBClient(ministack.options);
  await createProgramTables(client);
  const functions = new FunctionsDynamoDBClient(ministack.options);
  return {
    subscriptions: dynamoSubscriptions(functions, "topics", straight),
    close: () => dropTables(client),
  };
});

wakeUpsContract("in ministack's SQS", async () => {
  const client = new SQSClient(ministack.options);
  const created = await client.send(
    new CreateQueueCommand({ QueueName: `wake-ups-${randomUUID()}.fifo`, Attributes: { FifoQueue: "true" } }),
  );
  const QueueUrl = created.QueueUrl ?? "";
  return {
    ...queueOf(client, new FunctionsSQSClient(ministack.options), QueueUrl),
    close: async () => {
      await client.send(new DeleteQueueCommand({ QueueUrl }));
      client.destroy();
    },
  };
});
