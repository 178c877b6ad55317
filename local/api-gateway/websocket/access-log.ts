import type { Logs } from "../../logs/logs.ts";
import { type ConnectionDescription, commonLogTime, type Moment } from "./events.ts";

/** What happened in one event, as the `$context` variables of the access log show it. */
export interface Happening {
  readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly status: number;
  readonly messageId?: string | undefined;
  readonly integration?:
    | { readonly status?: number | undefined; readonly latency: number; readonly error?: string | undefined }
    | undefined;
  readonly authorizer?:
    | { readonly status: number; readonly latency: number; readonly error?: string | undefined }
    | undefined;
  readonly authorizeStatus?: number | undefined;
  readonly error?: { readonly message: string; readonly responseType: string } | undefined;
}

export interface AccessLog {
  readonly logGroup: string;
  readonly format: string;
}

const variable = /\$context\.(\w+(?:\.\w+)*)/g;

/**
 * Writes a line. A variable without a value is `-`. Values cannot break a JSON format or the line: they
 * are escaped as in a JSON string. There is no variable for the query string.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export function writeAccessLog(
  logs: Logs,
  accessLog: AccessLog,
  connection: ConnectionDescription,
  moment: Moment,
  happening: Happening,
): void {
  const values = contextVariables(connection, moment, happening);
  const line = accessLog.format.replaceAll(variable, (_, name: string) => rendered(name, values));
  try {
    logs.append(accessLog.logGroup, line);
  } catch {
    // On AWS, too, a request is served when its log group is gone.
  }
}

function rendered(name: string, values: ReadonlyMap<string, string | number | undefined>): string {
  const value = values.get(name);
  if (value === undefined) return "-";
  const escaped = JSON.stringify(String(value)).slice(1, -1);
  return name === "error.messageString" ? `"${escaped}"` : escaped;
}

function contextVariables(
  connection: ConnectionDescription,
  { requestId, routeKey, time }: Moment,
  { eventType, status, messageId, integration, authorizer, authorizeStatus, error }: Happening,
): ReadonlyMap<string, string | number | undefined> {
  return new Map<string, string | number | undefined>([
    ...Object.entries(connection.authorizer ?? {}).map(
      ([key, value]) => [`authorizer.${key}`, value] as const,
    ),
    ["apiId", connection.apiId],
    ["authorize.status", authorizeStatus],
    ["authorizer.error", authorizer?.error],
    ["authorizer.latency", authorizer?.latency],
    ["authorizer.integrationLatency", authorizer?.latency],
    ["authorizer.status", authorizer?.status],
    ["authorizer.integrationStatus", authorizer?.status],
    ["connectedAt", connection.connectedAt],
    ["connectionId", connection.connectionId],
    ["domainName", connection.domainName],
    ["error.message", error?.message],
    ["error.messageString", error?.message],
    ["error.responseType", error?.responseType],
    ["eventType", eventType],
    ["extendedRequestId", requestId],
    ["identity.sourceIp", connection.sourceIp],
    ["identity.userAgent", connection.userAgent],
    ["integration.error", integration?.error],
    ["integrationErrorMessage", integration?.error],
    ["integration.latency", integration?.latency],
    ["integrationLatency", integration?.latency],
    ["integration.status", integration?.status],
    ["integrationStatus", integration?.status],
    ["messageId", messageId],
    ["requestId", requestId],
    ["requestTime", commonLogTime(time)],
    ["requestTimeEpoch", time],
    ["routeKey", routeKey],
    ["stage", connection.stage],
    ["status", status],
  ]);
}
