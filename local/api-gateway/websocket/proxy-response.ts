import * as v from "valibot";
import { recordOf } from "../../record-of.ts";

const proxyResponse = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
    v.integer(),
    v.minValue(100),
    v.maxValue(599),
  ),
  headers: v.nullish(recordOf(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean()),
});

export interface ProxyResponse {
  readonly statusCode: number;
  /** Text for the socket; empty when there is none. */
  readonly body: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * What a function behind a Lambda proxy integration returned; undefined when it has not the form
 * `{ statusCode, headers?, body?, isBase64Encoded? }`. Unlike a REST API's, it may have other members.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integrations.html
 */
export function parseProxyResponse(payload: unknown): ProxyResponse | undefined {
  const parsed = v.safeParse(proxyResponse, payload);
  if (!parsed.success) return undefined;
  const { statusCode, headers, body, isBase64Encoded } = parsed.output;
  return {
    statusCode,
    body: isBase64Encoded ? Buffer.from(body ?? "", "base64").toString() : (body ?? ""),
    headers: new Map(
      Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
  };
}
