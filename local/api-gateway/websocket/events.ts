import { commonLogTime } from "../common-log-time.ts";
import { allValues, type Fields, lastValues } from "../fields.ts";
import type { Handshake } from "./handshake-request.ts";

/** The authorizer's context as text, `principalId`, and `integrationLatency` in milliseconds. */
export type ConnectionAuthorizer = Readonly<Record<string, string | number>>;

/** What every event of a connection says about it. */
export interface ConnectionDescription {
  readonly connectionId: string;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** Undefined when `$connect` has no authorizer. */
  readonly authorizer?: ConnectionAuthorizer | undefined;
}

export interface Moment {
  readonly requestId: string;
  readonly routeKey: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

/** The input of a REQUEST authorizer: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html */
export function authorizerEvent(
  connection: ConnectionDescription,
  moment: Moment,
  handshake: Handshake,
  methodArn: string,
  stageVariables: Readonly<Record<string, string>>,
) {
  return {
    type: "REQUEST",
    methodArn,
    ...headersOf(handshake),
    queryStringParameters: lastValues(handshake.query),
    multiValueQueryStringParameters: allValues(handshake.query),
    stageVariables,
    requestContext: requestContext(connection, moment, "CONNECT"),
  };
}

export function connectEvent(connection: ConnectionDescription, moment: Moment, handshake: Handshake) {
  return {
    ...headersOf(handshake),
    ...(handshake.query.length > 0 && {
      queryStringParameters: lastValues(handshake.query),
      multiValueQueryStringParameters: allValues(handshake.query),
    }),
    requestContext: requestContext(connection, moment, "CONNECT"),
    isBase64Encoded: false,
  };
}

export function messageEvent(
  connection: ConnectionDescription,
  moment: Moment,
  messageId: string,
  body: string,
) {
  return {
    requestContext: { ...requestContext(connection, moment, "MESSAGE"), messageId },
    body,
    isBase64Encoded: false,
  };
}

export function disconnectEvent(
  connection: ConnectionDescription,
  moment: Moment,
  disconnectStatusCode: number,
  disconnectReason: string,
) {
  const headers: Fields = [
    ["Host", connection.domainName],
    ["x-api-key", ""],
    ["X-Forwarded-For", connection.sourceIp],
    ["x-restapi", ""],
  ];
  return {
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    requestContext: {
      ...requestContext(connection, moment, "DISCONNECT"),
      disconnectStatusCode,
      disconnectReason,
    },
    isBase64Encoded: false,
  };
}

function requestContext(connection: ConnectionDescription, moment: Moment, eventType: EventType) {
  return {
    routeKey: moment.routeKey,
    ...(connection.authorizer && { authorizer: connection.authorizer }),
    eventType,
    extendedRequestId: moment.requestId,
    requestTime: commonLogTime(moment.time),
    messageDirection: "IN",
    stage: connection.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: moment.time,
    identity: {
      ...(connection.userAgent !== undefined && { userAgent: connection.userAgent }),
      sourceIp: connection.sourceIp,
    },
    requestId: moment.requestId,
    domainName: connection.domainName,
    connectionId: connection.connectionId,
    apiId: connection.apiId,
  };
}

function headersOf({ headers }: Handshake) {
  return { headers: lastValues(headers), multiValueHeaders: allValues(headers) };
}
