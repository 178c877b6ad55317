import { commonLogTime } from "../common-log-time.ts";
import type { Variables } from "../variable-substitution.ts";
import type { ConnectionDescription, Moment } from "./events.ts";

/** What happened in one event. Latencies are in milliseconds. */
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

/**
 * The `$context` of an access log line. There is no variable for the query string.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export function contextVariables(
  connection: ConnectionDescription,
  { requestId, routeKey, time }: Moment,
  { eventType, status, messageId, integration, authorizer, authorizeStatus, error }: Happening,
): Variables {
  const { apiId, connectedAt, connectionId, domainName, sourceIp, stage, userAgent } = connection;
  return {
    apiId,
    authorize: { status: authorizeStatus },
    authorizer: {
      ...connection.authorizer,
      error: authorizer?.error,
      latency: authorizer?.latency,
      integrationLatency: authorizer?.latency,
      status: authorizer?.status,
      integrationStatus: authorizer?.status,
    },
    connectedAt,
    connectionId,
    domainName,
    error: error && { ...error, messageString: JSON.stringify(error.message) },
    eventType,
    extendedRequestId: requestId,
    identity: { sourceIp, userAgent },
    integration,
    integrationErrorMessage: integration?.error,
    integrationLatency: integration?.latency,
    integrationStatus: integration?.status,
    messageId,
    requestId,
    requestTime: commonLogTime(time),
    requestTimeEpoch: time,
    routeKey,
    stage,
    status,
  };
}
