import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { type LoopbackServer, listenOnLoopback } from "../../loopback/loopback-server.ts";
import { STATUS_CODES } from "../../loopback/node-http.ts";
import type { ApiDefinition } from "./api-definition.ts";
import { Connection } from "./connection.ts";
import { answerConnectionsRequest } from "./connections-endpoint.ts";
import type { Gateway, ServedApi } from "./gateway.ts";
import { decideHandshake, type HandshakeOutcome } from "./handshake.ts";
import { quotas } from "./quotas.ts";
import { receiveMessage } from "./receive-message.ts";
import { reportDisconnect } from "./report-disconnect.ts";

export interface RunningApi extends ServedApi {
  /** Ends the server and every socket, without `$disconnect`. */
  stop(): Promise<void>;
}

/** Starts the server of an API: handshakes, messages and `@connections`. */
export async function serveApi(
  gateway: Gateway,
  id: string,
  executionArn: string,
  definition: ApiDefinition,
): Promise<RunningApi> {
  let stopped = false;
  const api = {
    gateway,
    id,
    executionArn,
    domainName: "",
    definition,
    stages: new Map(),
    connections: new Map(),
  };
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: quotas.messageBytes,
    handleProtocols: (_, request) => subprotocols.get(request) ?? false,
  });

  const open = (
    { connection: description, subprotocol }: HandshakeOutcome & { kind: "accepted" },
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
  ): void => {
    const closed = (code: number, reason: string): void => {
      api.connections.delete(description.connectionId);
      if (!stopped) void reportDisconnect(api, description, code, reason);
    };
    if (subprotocol !== undefined) subprotocols.set(request, subprotocol);
    let upgraded = false;
    upgrader.handleUpgrade(request, stream, head, (socket) => {
      upgraded = true;
      const connection = new Connection(description, gateway.clock, socket, stream, {
        onMessage: (body) => void receiveMessage(api, connection, body),
        onClosed: closed,
        onLost: () => void api.connections.delete(description.connectionId),
      });
      api.connections.set(description.connectionId, connection);
    });
    // The client left while `$connect` ran, which therefore needs its `$disconnect`.
    if (!upgraded) closed(1006, "");
  };

  const onUpgrade = async (request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    stream.on("error", () => stream.destroy());
    const outcome = await decideHandshake(api, request);
    if (outcome.kind === "accepted" && !stopped) open(outcome, request, stream, head);
    else stream.end(outcome.kind === "refused" ? refusalText(outcome) : undefined);
  };

  const server: LoopbackServer = await listenOnLoopback({
    onRequest: (request, response) => void answerConnectionsRequest(api, request, response),
    onUpgrade: (request, stream, head) => void onUpgrade(request, stream, head),
  });
  api.domainName = new URL(server.url).host;
  return Object.assign(api, {
    stop: async () => {
      stopped = true;
      await server.close();
    },
  });
}

function refusalText({ status, errorType, requestId, body }: HandshakeOutcome & { kind: "refused" }): string {
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-amzn-ErrorType: ${errorType}`,
    `x-amzn-RequestId: ${requestId}`,
    "",
    body,
  ].join("\r\n");
}
