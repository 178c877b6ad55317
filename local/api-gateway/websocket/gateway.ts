import type { Clock } from "../../clock.ts";
import type { Faults } from "../../faults/faults.ts";
import type { Iam } from "../../iam/iam.ts";
import type { Lambda } from "../../lambda/lambda.ts";
import type { Logs } from "../../logs/logs.ts";
import { writeAccessLog } from "../access-log.ts";
import { type RandomBytes, requestId } from "../identifiers.ts";
import type { TokenBucket } from "../token-bucket.ts";
import type { ApiDefinition } from "./api-definition.ts";
import type { Connection } from "./connection.ts";
import { contextVariables, type Happening } from "./context-variables.ts";
import type { ConnectionDescription, Moment } from "./events.ts";
import type { Stage } from "./stage.ts";

/** What the gateway works with. */
export interface Gateway {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly lambda: Lambda;
  readonly logs: Logs;
  /** Met by calls of @connections that are allowed. */
  readonly faults: Pick<Faults, "through">;
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
  { accessLog, variables }: Stage,
  connection: ConnectionDescription,
  moment: Moment,
  happening: Happening,
): void {
  if (!accessLog) return;
  writeAccessLog(gateway.logs, accessLog, contextVariables(connection, moment, happening), variables);
}

/**
 * The text that API Gateway itself sends to a client, spaced as AWS spaces it:
 * `{"message": "Forbidden", "connectionId":"…", "requestId":"…"}`.
 */
export function gatewayMessage(message: string, connectionId: string, request: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${request}"}`;
}
