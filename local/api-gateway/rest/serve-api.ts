import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../clock.ts";
import type { Logs } from "../../logs/logs.ts";
import { writeAccessLog } from "../access-log.ts";
import type { RandomBytes } from "../identifiers.ts";
import type { HttpResponse } from "./http-response.ts";
import { headersLength, receiveRequest } from "./received-request.ts";
import { type RequestContext, requestContext } from "./request-context.ts";
import type { RestApi } from "./rest-api.ts";

export interface ServeServices {
  readonly clock: Clock;
  readonly logs: Pick<Logs, "append">;
  readonly randomBytes: RandomBytes;
  readonly reportFault: (fault: unknown) => void;
}

/** The answer where no stage is: it belongs to no API's gateway responses. */
const forbidden: HttpResponse = {
  statusCode: 403,
  headers: [
    ["x-amzn-ErrorType", "ForbiddenException"],
    ["Content-Type", "application/json"],
  ],
  body: '{"message":"Forbidden"}',
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const longestHeaders = 10_240;

/**
 * Headers that are too long are refused before any stage: AWS says that 431 may leave no log line, and has no gateway
 * response for it (https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-monitor.html).
 */
const headersTooLong: HttpResponse = {
  statusCode: 431,
  headers: [["Content-Type", "application/json"]],
  body: '{"message":"Request Header Fields Too Large"}',
};

/** Answers one HTTP request to the API's server, and writes the stage's access log. Never rejects. */
export async function serveApi(
  api: RestApi,
  message: IncomingMessage,
  response: ServerResponse,
  services: ServeServices,
): Promise<void> {
  try {
    const request = receiveRequest(message);
    const context = requestContext(request, api.id, services.clock.now(), services.randomBytes);
    if (headersLength(request) > longestHeaders) return write(response, headersTooLong, context);
    const serving = api.serving(request.stage);
    if (!serving) return write(response, forbidden, context);
    const handled = await serving.handle(request, context, serving.stage);
    if (!handled) return;
    write(response, handled.response, context);
    const { accessLog, stage } = serving;
    if (accessLog) writeAccessLog(services.logs, accessLog, handled.context, stage.variables);
  } catch (fault) {
    services.reportFault(fault);
    response.destroy();
  }
}

function write(
  response: ServerResponse,
  { statusCode, headers, body }: HttpResponse,
  context: RequestContext,
): void {
  const rawHeaders = [
    ...headers.flat(),
    ...["x-amzn-RequestId", context.requestId],
    ...["x-amz-apigw-id", context.extendedRequestId],
  ];
  const bodiless = statusCode === 204 || statusCode === 304;
  if (!bodiless) rawHeaders.push("Content-Length", String(Buffer.byteLength(body)));
  response.writeHead(statusCode, rawHeaders);
  response.end(bodiless ? undefined : body);
}
