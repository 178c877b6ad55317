import { substitute, type Variables } from "../variable-substitution.ts";
import type { GatewayResponse } from "./api-definition.ts";
import { type HttpResponse, isValidHeader, withHeader } from "./http-response.ts";
import { headerValue, queryParameters, type ReceivedRequest } from "./received-request.ts";
import type { RequestContext } from "./request-context.ts";

/**
 * The refusals that the local cloud can make, with API Gateway's statuses
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html).
 */
const refusals = {
  ACCESS_DENIED: [403, "Forbidden", "AccessDeniedException"],
  API_CONFIGURATION_ERROR: [500, "Internal server error", "InternalServerErrorException"],
  BAD_REQUEST_BODY: [400, "Invalid request body", "BadRequestException"],
  BAD_REQUEST_PARAMETERS: [400, "Missing required request parameters", "BadRequestException"],
  DEFAULT_4XX: [400, "Bad Request", "BadRequestException"],
  DEFAULT_5XX: [502, "Internal server error", "InternalServerErrorException"],
  INTEGRATION_TIMEOUT: [504, "Endpoint request timed out", "InternalServerErrorException"],
  MISSING_AUTHENTICATION_TOKEN: [403, "Missing Authentication Token", "MissingAuthenticationTokenException"],
  REQUEST_TOO_LARGE: [413, "Request Too Long", "RequestTooLargeException"],
  THROTTLED: [429, "Too Many Requests", "TooManyRequestsException"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Unsupported Media Type", "BadRequestException"],
} as const;

/** The response types that an API may declare. Those that need an authorizer, a key or WAF never occur here. */
export const responseTypes = [
  ...(Object.keys(refusals) as (keyof typeof refusals)[]),
  "AUTHORIZER_CONFIGURATION_ERROR",
  "AUTHORIZER_FAILURE",
  "EXPIRED_TOKEN",
  "INTEGRATION_FAILURE",
  "INVALID_API_KEY",
  "INVALID_SIGNATURE",
  "QUOTA_EXCEEDED",
  "RESOURCE_NOT_FOUND",
  "UNAUTHORIZED",
  "WAF_FILTERED",
] as const;

export interface Refusal {
  readonly responseType: keyof typeof refusals;
  /** In place of the type's own message. */
  readonly message?: string;
  readonly validationErrorString?: string;
}

/** `$context.error` of a refusal: what templates and the access log may read. */
export function errorVariables(refusal: Refusal): Variables {
  const message = refusal.message ?? refusals[refusal.responseType][1];
  return {
    message,
    messageString: JSON.stringify(message),
    responseType: refusal.responseType,
    ...(refusal.validationErrorString !== undefined && {
      validationErrorString: refusal.validationErrorString,
    }),
  };
}

/**
 * The answer to a request that API Gateway itself refuses: the response declared for its type, else
 * DEFAULT_4XX or DEFAULT_5XX, else API Gateway's own `{"message":…}`.
 */
export function refuse(
  refusal: Refusal,
  declared: ReadonlyMap<string, GatewayResponse>,
  request: ReceivedRequest,
  context: RequestContext,
  stageVariables: Variables,
): HttpResponse {
  const [statusCode, , errorType] = refusals[refusal.responseType];
  const fallback = statusCode < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  const response = declared.get(refusal.responseType) ?? declared.get(fallback);
  const [contentType, template] = Object.entries(response?.responseTemplates ?? {})[0] ?? [
    "application/json",
    '{"message":$context.error.messageString}',
  ];
  let headers: HttpResponse["headers"] = [
    ["x-amzn-ErrorType", errorType],
    ["Content-Type", contentType],
  ];
  for (const [parameter, source] of Object.entries(response?.responseParameters ?? {})) {
    const name = parameter.slice("gatewayresponse.header.".length);
    const value = parameterValue(source, request);
    if (value !== undefined && isValidHeader(name, value)) headers = withHeader(headers, name, value);
  }
  const variables = { context: { ...context, error: errorVariables(refusal) }, stageVariables };
  return {
    statusCode: response?.statusCode ?? statusCode,
    headers,
    body: substitute(template, variables, (value) => (value === undefined ? "" : String(value))),
  };
}

/** `'static'`, or `method.request.<header|querystring>.<name>`. */
function parameterValue(source: string, request: ReceivedRequest): string | undefined {
  const literal = /^'(.*)'$/s.exec(source);
  if (literal) return literal[1];
  const [, place, name = ""] = /^method\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  return place === "header" ? headerValue(request, name) : queryParameters(request).get(name)?.at(-1);
}
