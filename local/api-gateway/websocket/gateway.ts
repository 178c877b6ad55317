import type { Clock } from "../../clock.ts";
import type { Iam } from "../../iam/iam.ts";
import type { Lambda } from "../../lambda/lambda.ts";
import type { Logs } from "../../logs/logs.ts";
import { type Happening, writeAccessLog } from "./access-log.ts";
import type { ApiDefinition } from "./api-definition.ts";
import type { Connection } from "./connection.ts";
import { type ConnectionDescription, disconnectEvent, type Moment } from "./events.ts";
import { type RandomBytes, requestId } from "./identifiers.ts";
import { callFunction, readProxyResponse } from "./integration.ts";
import type { Stage } from "./stage.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** What the gateway works with. */
export interface Gateway {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly randomBytes: RandomBytes;
  /** The account's quota of new connections. */
  readonly newConnections: TokenBucket;
}

/** One API while it is served. */
export interface ServedApi {
  readonly gateway: Gateway;
  readonly id: string;
  readonly executionArn: string;
  /** `127.0.0.1:PORT`. */
  readonly domainName: string;
  readonly definition: ApiDefinition;
  readonly stages: Map<string, Stage>;
  /** Open connections by id. One that is still in its handshake is not among them. */
  readonly connections: Map<string, Connection>;
}

export function newMoment({ gateway }: ServedApi, routeKey: string): Moment {
  return { requestId: requestId(gateway.randomBytes), routeKey, time: gateway.clock.now() };
}

/** What a function's permission must name to be invoked by a route. */
export function routeArn(api: ServedApi, stage: string, routeKey: string): string {
  return `${api.executionArn}/${stage}/${routeKey}`;
}

export function logAccess(
  { gateway }: ServedApi,
  { accessLog }: Stage,
  connection: ConnectionDescription,
  moment: Moment,
  happening: Happening,
): void {
  if (accessLog) writeAccessLog(gateway.logs, accessLog, connection, moment, happening);
}

/**
 * The text that API Gateway itself sends to a client, spaced as AWS spaces it:
 * `{"message": "Forbidden", "connectionId":"…", "requestId":"…"}`.
 */
export function gatewayMessage(message: string, connectionId: string, request: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${request}"}`;
}

/** Invokes `$disconnect`, if it is deployed, after a connection ended. What fails there is only logged. */
export async function reportDisconnect(
  api: ServedApi,
  connection: ConnectionDescription,
  code: number,
  reason: string,
): Promise<void> {
  const stage = api.stages.get(connection.stage);
  const route = stage?.deployment.routes.get("$disconnect");
  if (!stage || !route) return;
  const moment = newMoment(api, "$disconnect");
  const outcome = await callFunction(
    api.gateway,
    route.integration,
    routeArn(api, stage.name, "$disconnect"),
    disconnectEvent(connection, moment, code, reason),
  );
  const response = outcome.kind === "returned" ? readProxyResponse(outcome.payload) : undefined;
  logAccess(api, stage, connection, moment, {
    eventType: "DISCONNECT",
    status: response?.statusCode ?? 500,
    integration: {
      status: response?.statusCode,
      latency: outcome.latency,
      error: outcome.kind === "returned" ? undefined : outcome.message,
    },
    error: response ? undefined : { message: "Internal server error", responseType: "INTEGRATION_FAILURE" },
  });
}
