import * as v from "valibot";
import { recordOf } from "../../record-of.ts";
import { type HttpResponse, isValidHeader } from "./http-response.ts";

const headerValue = v.union([v.string(), v.number(), v.boolean()]);

/** A member that is not listed makes the whole response malformed. */
const proxyResponse = v.strictObject({
  statusCode: v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{3}$/), v.transform(Number))]),
      v.integer(),
      v.minValue(200),
      v.maxValue(599),
    ),
    200,
  ),
  headers: v.nullish(recordOf(v.string(), headerValue)),
  multiValueHeaders: v.nullish(recordOf(v.string(), v.array(headerValue))),
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean()),
});

/** Headers of a function's response that come out under another name. */
const remapped = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "host",
  "server",
  "user-agent",
  "www-authenticate",
]);
const dropped = new Set([
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "keep-alive",
  "proxy-authenticate",
]);

/**
 * The response of a Lambda proxy integration, or `undefined` when it is malformed
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format).
 * Some headers become `x-amzn-Remapped-<name>`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html). The body of an API
 * without binary media types goes out as it is, base64 or not.
 */
export function parseProxyResponse(payload: unknown): HttpResponse | undefined {
  const result = v.safeParse(proxyResponse, payload);
  if (!result.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body } = result.output;
  const multiple = Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
    values.map((value) => [name, String(value)] as const),
  );
  const repeated = new Set(multiple.map(([name]) => name.toLowerCase()));
  const single = Object.entries(headers ?? {})
    .filter(([name]) => !repeated.has(name.toLowerCase()))
    .map(([name, value]) => [name, String(value)] as const);
  const all = [...single, ...multiple];
  if (!all.every(([name, value]) => isValidHeader(name, value))) return undefined;
  const hasContentType = all.some(([name]) => name.toLowerCase() === "content-type");
  return {
    statusCode,
    headers: [
      ...all
        .filter(([name]) => !dropped.has(name.toLowerCase()))
        .map(
          ([name, value]) =>
            [remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value] as const,
        ),
      ...(hasContentType ? [] : [["Content-Type", "application/json"] as const]),
    ],
    body: body ?? "",
  };
}
