import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Tables } from "../../local/dynamodb/tables.ts";

interface Request {
  /** `GetItem`, `SendMessage` …, `PostToConnection` or `DeleteConnection`. */
  readonly operation: string;
  readonly body: string;
  readonly path: string;
}

/** One address for DynamoDB, SQS and API Gateway's connections, which keeps what it is asked. */
export async function awsEndpoint(tables: Pick<Tables, "handle">) {
  const requests: Request[] = [];
  /** Connection → the status that posting to it and closing it gets; default 200. */
  const connections = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const path = decodeURIComponent(request.url ?? "");
    const [service = "", operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    if (path.includes("/@connections/")) {
      const operation = request.method === "DELETE" ? "DeleteConnection" : "PostToConnection";
      requests.push({ operation, body, path });
      response.writeHead(connections.get(path.split("/").at(-1) ?? "") ?? 200, {
        "x-amzn-errortype": "GoneException",
      });
      response.end();
      return;
    }
    requests.push({ operation, body, path });
    const answer = service.startsWith("DynamoDB")
      ? await tables.handle(operation, JSON.parse(body))
      : { status: 200, body: operation === "SendMessage" ? sent(body) : "{}" };
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    connections,
    /** The operations asked since the last call of this. */
    takeOperations: () => requests.splice(0).map(({ operation }) => operation),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What SendMessage answers; the SDK checks the digest. */
function sent(request: string): string {
  const MD5OfMessageBody = createHash("md5").update(JSON.parse(request).MessageBody).digest("hex");
  return JSON.stringify({ MessageId: "m", MD5OfMessageBody });
}
