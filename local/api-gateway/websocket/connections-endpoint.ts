import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../../aws-error.ts";
import { DroppedCall } from "../../faults/faults.ts";
import { readBody } from "../../loopback/read-body.ts";
import { requestId } from "../identifiers.ts";
import type { ServedApi } from "./gateway.ts";
import { decodedPath } from "./handshake-request.ts";
import { quotas } from "./quotas.ts";

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** The signature covers the whole body, so one that is too large for a message is read too. */
const longestBodyRead = 10 * 1024 * 1024;

/**
 * Answers the API Gateway Management API: `POST`, `GET` and `DELETE /<stage>/@connections/<id>`, signed for
 * `execute-api`, allowed by `execute-api:ManageConnections`. What is posted reaches the client in the order in
 * which the requests were complete.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export async function answerConnectionsRequest(
  api: ServedApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = requestId(api.gateway.randomBytes);
  // The SDK sets its clock by this header, so it must be the local cloud's time, not the machine's.
  response.setHeader("date", new Date(api.gateway.clock.now()).toUTCString());
  try {
    const body = await readBody(request, longestBodyRead);
    if (!body) throw new AwsError("PayloadTooLargeException", 413, "Request Entity Too Large");
    const reply = await manageConnection(api, request, body);
    response.writeHead(reply.status, { "content-type": "application/json", "x-amzn-RequestId": id });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  } catch (error) {
    if (response.destroyed) return;
    if (error instanceof DroppedCall) return void response.destroy();
    const { code, status, message } =
      error instanceof AwsError ? error : new AwsError("InternalFailure", 500, "Internal server error");
    response.writeHead(status, {
      "content-type": "application/json",
      "x-amzn-ErrorType": code,
      "x-amzn-RequestId": id,
    });
    response.end(JSON.stringify({ message }));
  }
}

const operations: Readonly<Record<string, string>> = {
  POST: "PostToConnection",
  GET: "GetConnection",
  DELETE: "DeleteConnection",
};

async function manageConnection(api: ServedApi, request: IncomingMessage, body: Buffer): Promise<Reply> {
  const { iam, faults } = api.gateway;
  const method = request.method ?? "";
  const url = request.url ?? "/";
  const [stage, collection, connectionId, ...rest] = decodedPath(url.split("?", 1)[0] ?? "");
  if (!api.stages.has(stage ?? "") || collection !== "@connections" || !connectionId || rest.length > 0) {
    throw new AwsError("ForbiddenException", 403, "Forbidden");
  }
  const { principal, service } = iam.authenticate({
    method,
    path: url,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body,
  });
  if (service !== "execute-api") {
    throw new AwsError(
      "InvalidSignatureException",
      403,
      "Credential should be scoped to correct service: 'execute-api'.",
    );
  }
  iam.authorize({
    principal,
    action: "execute-api:ManageConnections",
    resource: `${api.executionArn}/${stage}/${method}/@connections/${connectionId}`,
    context: {},
  });
  const call = {
    service: "execute-api",
    operation: operations[method] ?? method,
    text: () => `/${stage}/@connections/${connectionId} ${body}`,
  } as const;
  return faults.through(call, () => perform(api, method, stage ?? "", connectionId, body));
}

function perform(api: ServedApi, method: string, stage: string, connectionId: string, body: Buffer): Reply {
  const connection = api.connections.get(connectionId);
  if (!connection || connection.description.stage !== stage) throw gone();
  switch (method) {
    case "POST": {
      if (body.length > quotas.messageBytes) {
        throw new AwsError("PayloadTooLargeException", 413, "Message too long");
      }
      const sent = connection.send(body);
      if (sent === "closed") throw gone();
      if (sent === "buffer-full") throw new AwsError("LimitExceededException", 429, "Too Many Requests");
      return { status: 200 };
    }
    case "GET": {
      const { connectedAt, sourceIp, userAgent } = connection.description;
      return {
        status: 200,
        body: {
          connectedAt: new Date(connectedAt).toISOString(),
          identity: { sourceIp, userAgent: userAgent ?? "" },
          lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
        },
      };
    }
    case "DELETE":
      connection.close(1000, "Connection Closed Normally");
      return { status: 204 };
    default:
      throw new AwsError("ForbiddenException", 403, "Forbidden");
  }
}

function gone(): AwsError {
  return new AwsError("GoneException", 410, "Gone");
}
