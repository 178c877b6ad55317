import { SQSClient } from "@aws-sdk/client-sqs";
import { listenOnLoopback } from "../../../local/loopback/loopback-server.ts";
import type { Queues } from "../../../local/sqs/queues.ts";

/** The unmodified SDK, speaking to `queues` over HTTP without authorization. */
export async function clientOf(
  queues: () => Queues,
): Promise<{ client: SQSClient; url: string; close(): Promise<void> }> {
  const server = await listenOnLoopback({
    onRequest: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const answer = await queues().handle(operation, JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    },
  });
  const client = new SQSClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  return {
    client,
    url: server.url,
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}
