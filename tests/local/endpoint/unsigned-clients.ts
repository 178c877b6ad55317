import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../local/aws-error.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { withTransactions } from "../../../local/dynamodb/transactions.ts";
import { answerHeaders, errorAnswer } from "../../../local/endpoint/aws-json.ts";
import type { DataService } from "../../../local/endpoint/endpoint.ts";
import { listenOnLoopback } from "../../../local/loopback/loopback-server.ts";
import type { Queues } from "../../../local/sqs/queues.ts";

type Handle = (operation: string, request: unknown) => Promise<{ status: number; body: string }>;

const standIn = {
  region: "us-east-1",
  credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
  maxAttempts: 1,
};

/** The unmodified SDK, speaking to `tables` over HTTP without authorization. */
export async function dynamoDbClient(tables: Tables) {
  const server = await serve("dynamodb", withTransactions(tables, Date.now).handle);
  const client = new DynamoDBClient({ endpoint: server.url, ...standIn });
  return { client, close: () => end(client, server) };
}

/** The unmodified SDK, speaking to the queues of the moment over HTTP without authorization. */
export async function sqsClient(queues: () => Queues) {
  const server = await serve("sqs", (...call) => queues().handle(...call));
  const client = new SQSClient({ endpoint: server.url, ...standIn });
  return { client, url: server.url, close: () => end(client, server) };
}

function serve(service: DataService, handle: Handle) {
  return listenOnLoopback({
    onRequest: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const answer = await handle(operation, JSON.parse(Buffer.concat(chunks).toString())).catch(
        (error: unknown) => {
          if (error instanceof AwsError) return errorAnswer(service, error);
          throw error;
        },
      );
      response.writeHead(answer.status, answerHeaders(service, answer, "request-1"));
      response.end(answer.body);
    },
  });
}

async function end(client: { destroy(): void }, server: { close(): Promise<void> }): Promise<void> {
  client.destroy();
  await server.close();
}
