import * as v from "valibot";
import { Failure } from "../../shared/failure.ts";

/** One request of the REST API, with header names in lower case. */
export interface HttpRequest {
  readonly requestId: string;
  /** The route as it is declared, such as `/subscription/cancel`. */
  readonly route: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  /** The decoded bytes. */
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const proxyEvent = v.object({
  resource: v.optional(v.string(), ""),
  queryStringParameters: v.optional(v.nullable(v.record(v.string(), v.string()))),
  headers: v.optional(v.nullable(v.record(v.string(), v.string()))),
  body: v.optional(v.nullable(v.string())),
  isBase64Encoded: v.optional(v.boolean()),
  requestContext: v.object({ requestId: v.string() }),
});

/**
 * Reads API Gateway's proxy event, format 1.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html).
 * Throws Failure `event_malformed`.
 */
export function readRequest(event: unknown): HttpRequest {
  const parsed = v.safeParse(proxyEvent, event);
  if (!parsed.success) throw new Failure("event_malformed", "expected an API Gateway proxy event");
  const { resource, queryStringParameters, headers, body, isBase64Encoded, requestContext } = parsed.output;
  return {
    requestId: requestContext.requestId,
    route: resource,
    query: new Map(Object.entries(queryStringParameters ?? {})),
    headers: new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
  };
}

/** A JSON answer that only pages of the listed origins may read. It is never cached. */
export function answer(
  request: HttpRequest,
  corsOrigins: readonly string[],
  status: number,
  body: unknown,
): HttpAnswer {
  const origin = request.headers.get("origin");
  return {
    statusCode: status,
    headers: {
      "Content-Type": status < 400 ? "application/json" : "application/problem+json",
      "Cache-Control": "no-store",
      Vary: "Origin",
      ...(origin !== undefined && corsOrigins.includes(origin) && { "Access-Control-Allow-Origin": origin }),
      ...(status === 401 && { "WWW-Authenticate": 'Bearer error="invalid_token"' }),
    },
    body: JSON.stringify(body),
  };
}
