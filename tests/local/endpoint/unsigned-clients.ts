import { Readable } from "node:stream";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type HttpRequest, HttpResponse } from "@smithy/core/transport";
import { DynamoDBClient as FunctionsDynamoDBClient } from "../../../functions/shared/aws/dynamodb.ts";
import { SQSClient as FunctionsSQSClient } from "../../../functions/shared/aws/sqs.ts";
import { AwsError } from "../../../local/aws-error.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { withTransactions } from "../../../local/dynamodb/transactions.ts";
import { answerHeaders, errorAnswer } from "../../../local/endpoint/aws-json.ts";
import type { ServiceAnswer } from "../../../local/endpoint/data-services.ts";
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

/** The functions' own client, speaking to `tables` over HTTP without authorization. */
export async function functionsDynamoDbClient(tables: Tables) {
  const server = await serve("dynamodb", withTransactions(tables, Date.now).handle);
  const client = new FunctionsDynamoDBClient({ endpoint: server.url, ...standIn });
  return { client, close: () => end(client, server) };
}

/**
 * The same, whose requests reach `tables` as it serialized them, without a socket between: of a test with thousands of
 * calls, HTTP is more than half.
 */
export function dynamoDbClientInProcess(tables: Tables): FunctionsDynamoDBClient {
  const { handle } = withTransactions(tables, Date.now);
  return new FunctionsDynamoDBClient({
    ...standIn,
    endpoint: "http://127.0.0.1",
    requestHandler: {
      handle: async ({ headers, body }: HttpRequest, { abortSignal }: Abortable = {}) => {
        // As with a socket, others have a turn before the answer.
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (abortSignal?.aborted) throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
        const text = new TextDecoder().decode(body);
        const answer = await answerOf("dynamodb", handle, headers["x-amz-target"], text);
        return {
          response: new HttpResponse({
            statusCode: answer.status,
            headers: answerHeaders("dynamodb", answer, "request-1"),
            body: Readable.from([answer.body]),
          }),
        };
      },
      destroy: () => {},
    },
  });
}

/** The functions' own client, speaking to the queues of the moment over HTTP without authorization. */
export async function functionsSqsClient(queues: () => Queues) {
  const server = await serve("sqs", (...call) => queues().handle(...call));
  const client = new FunctionsSQSClient({ endpoint: server.url, ...standIn });
  return { client, url: server.url, close: () => end(client, server) };
}

/** The unmodified SDK, speaking to the queues of the moment over HTTP without authorization. */
export async function sqsClient(queues: () => Queues) {
  const server = await serve("sqs", (...call) => queues().handle(...call));
  const client = new SQSClient({ endpoint: server.url, ...standIn });
  return { client, url: server.url, close: () => end(client, server) };
}

interface Abortable {
  readonly abortSignal?: { readonly aborted: boolean };
}

async function answerOf(
  service: DataService,
  handle: Handle,
  target = "",
  body = "",
): Promise<ServiceAnswer> {
  try {
    return await handle(target.split(".").at(-1) ?? "", JSON.parse(body));
  } catch (error) {
    if (error instanceof AwsError) return errorAnswer(service, error);
    throw error;
  }
}

function serve(service: DataService, handle: Handle) {
  return listenOnLoopback({
    onRequest: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const target = String(request.headers["x-amz-target"]);
      const answer = await answerOf(service, handle, target, Buffer.concat(chunks).toString());
      response.writeHead(answer.status, answerHeaders(service, answer, "request-1"));
      response.end(answer.body);
    },
  });
}

async function end(client: { destroy(): void }, server: { close(): Promise<void> }): Promise<void> {
  client.destroy();
  await server.close();
}
