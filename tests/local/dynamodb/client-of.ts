import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../local/aws-error.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { listenOnLoopback } from "../../../local/loopback/loopback-server.ts";

/** The unmodified SDK, speaking to `tables` over HTTP without authorization. */
export async function clientOf(tables: Tables): Promise<{ client: DynamoDBClient; close(): Promise<void> }> {
  const server = await listenOnLoopback({
    onRequest: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const answer = await tables
        .handle(operation, JSON.parse(Buffer.concat(chunks).toString()))
        .catch((error) => {
          if (!(error instanceof AwsError)) throw error;
          return {
            status: error.status,
            body: JSON.stringify({ __type: error.code, message: error.message }),
          };
        });
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
      response.end(answer.body);
    },
  });
  const client = new DynamoDBClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  return {
    client,
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}
