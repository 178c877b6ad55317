const kilobyte = 1024;
const second = 1000;
const minute = 60 * second;

/**
 * What API Gateway allows a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 * and, for requests a second, https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const quotas = {
  /** Payload of one frame, in bytes. */
  frameBytes: 32 * kilobyte,
  /** Payload of one message, in bytes. */
  messageBytes: 128 * kilobyte,
  /** Characters, from the scheme to the end of the query. */
  urlLength: 4096,
  authorizerResultBytes: 8 * kilobyte,
  authorizersPerApi: 10,
  newConnectionsPerSecond: 500,
  idleMilliseconds: 10 * minute,
  connectionMilliseconds: 120 * minute,
  shortestIntegrationTimeout: 50,
  longestIntegrationTimeout: 29 * second,
  /** Requests a second of a whole account, which no stage may exceed. */
  accountThrottle: { rate: 10_000, burst: 5_000 },
  /**
   * Bytes that may wait for a client that does not read. AWS has such a limit and does not publish it:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
   */
  clientBufferBytes: 1024 * kilobyte,
} as const;
