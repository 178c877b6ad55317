import type { IncomingMessage } from "node:http";
import { requestId } from "../identifiers.ts";
import { authorizeConnect, type Refusal } from "./authorize-connect.ts";
import type { Happening } from "./context-variables.ts";
import { type ConnectionDescription, connectEvent } from "./events.ts";
import { gatewayMessage, logAccess, newMoment, type ServedApi } from "./gateway.ts";
import { readHandshake } from "./handshake-request.ts";
import { integrate } from "./integration.ts";
import { quotas } from "./quotas.ts";

export type HandshakeOutcome =
  | {
      readonly kind: "accepted";
      readonly connection: ConnectionDescription;
      /** What `$connect` chose with a `Sec-WebSocket-Protocol` header. */
      readonly subprotocol: string | undefined;
    }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly errorType: string;
      readonly requestId: string;
      readonly body: string;
    };

const forbidden: Refusal = { status: 403, message: "Forbidden", responseType: "ACCESS_DENIED" };
const throttled: Refusal = { status: 429, message: "Too Many Requests", responseType: "THROTTLED" };
const badUpgrade: Refusal = { status: 400, message: "Bad Request", responseType: "DEFAULT_4XX" };
const urlTooLong: Refusal = { status: 414, message: "Request URI too long", responseType: "DEFAULT_4XX" };
const failed: Refusal = {
  status: 500,
  message: "Internal server error",
  responseType: "INTEGRATION_FAILURE",
};

/**
 * Decides a WebSocket upgrade: the authorizer, then the `$connect` integration, both before the client
 * gets its 101. An integration that answers 4xx or 5xx gives the client that status, as in
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html;
 * one that fails gives 500.
 */
export async function decideHandshake(api: ServedApi, request: IncomingMessage): Promise<HandshakeOutcome> {
  const { gateway } = api;
  const now = gateway.clock.now();
  const handshake = readHandshake(request, now, gateway.randomBytes);
  const moment = newMoment(api, "$connect");
  let connection: ConnectionDescription = {
    connectionId: requestId(gateway.randomBytes),
    connectedAt: now,
    apiId: api.id,
    domainName: api.domainName,
    stage: handshake.path[0] ?? "",
    sourceIp: handshake.sourceIp,
    userAgent: handshake.userAgent,
  };
  const stage = handshake.path.length === 1 ? api.stages.get(connection.stage) : undefined;

  const refuse = (refusal: Refusal, details: Partial<Happening> = {}): HandshakeOutcome => {
    const { status, message, responseType } = refusal;
    const error = { message, responseType };
    if (stage) logAccess(api, stage, connection, moment, { eventType: "CONNECT", status, error, ...details });
    return {
      kind: "refused",
      status,
      errorType: errorTypes[status] ?? "InternalServerErrorException",
      requestId: moment.requestId,
      body: gatewayMessage(message, connection.connectionId, moment.requestId),
    };
  };

  if (!isWebSocketUpgrade(request)) return refuse(badUpgrade);
  const url = `ws://${api.domainName}${handshake.url}`;
  if (url.length > quotas.urlLength) return refuse(urlTooLong);
  if (!stage) return refuse(forbidden);
  if (!gateway.newConnections.take(now) || !stage.admits("$connect", now)) return refuse(throttled);

  const route = stage.deployment.routes.get("$connect");
  if (!route) {
    logAccess(api, stage, connection, moment, { eventType: "CONNECT", status: 200 });
    return { kind: "accepted", connection, subprotocol: undefined };
  }
  let details: Partial<Happening> = {};
  if (route.authorizer) {
    const authorization = await authorizeConnect(api, stage, route.authorizer, connection, moment, handshake);
    details = authorization.log;
    if (authorization.kind === "refused") return refuse(authorization.refusal, details);
    connection = { ...connection, authorizer: authorization.context };
  }

  const event = connectEvent(connection, moment, handshake);
  const { response, log: integration } = await integrate(api, stage.name, route, event);
  details = { ...details, integration };
  if (!response) return refuse(failed, details);
  const status = response.statusCode;
  if (status >= 400) return refuse({ ...failed, status, message: messageOf(status) }, details);
  if (status < 200 || status >= 300) return refuse(failed, details);
  logAccess(api, stage, connection, moment, { eventType: "CONNECT", status, ...details });
  return { kind: "accepted", connection, subprotocol: response.headers.get("sec-websocket-protocol") };
}

const errorTypes: Readonly<Record<number, string>> = {
  400: "BadRequestException",
  401: "UnauthorizedException",
  403: "ForbiddenException",
  414: "RequestTooLongException",
  429: "TooManyRequestsException",
};

function messageOf(status: number): string {
  if (status === 401) return "Unauthorized";
  if (status === 403) return "Forbidden";
  return status < 500 ? "Bad Request" : "Internal server error";
}

/** What `ws` will ask for too; asked first, so that no function runs for an upgrade that cannot succeed. */
function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
  const version = headers["sec-websocket-version"];
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "") &&
    (version === "13" || version === "8")
  );
}
