import * as apigateway from "@pulumi/aws/apigateway/index.js";
import type { ApiParts } from "./api-parts.ts";

/**
 * API Gateway's own refusals → our error code and status. Every detail is fixed text: templates are filled
 * without escaping, and `$context.error.validationErrorString` has quotes in it.
 */
const refusals: Readonly<Record<string, { code: string; status: string; detail: string }>> = {
  BAD_REQUEST_BODY: {
    code: "body_invalid",
    status: "400",
    detail: "The body does not match what this path and method expect.",
  },
  BAD_REQUEST_PARAMETERS: {
    code: "parameters_invalid",
    status: "400",
    detail: "A required parameter is missing.",
  },
  MISSING_AUTHENTICATION_TOKEN: { code: "route_unknown", status: "404", detail: "No such path and method." },
  UNSUPPORTED_MEDIA_TYPE: {
    code: "media_type_unsupported",
    status: "415",
    detail: "Expected application/json.",
  },
  REQUEST_TOO_LARGE: {
    code: "body_too_large",
    status: "413",
    detail: "The body is over API Gateway's limit.",
  },
  THROTTLED: { code: "too_many_requests", status: "429", detail: "Slow down and try again." },
  INTEGRATION_TIMEOUT: { code: "timeout", status: "504", detail: "The service took too long." },
  DEFAULT_4XX: { code: "refused", status: "", detail: "The request was refused." },
  DEFAULT_5XX: { code: "internal", status: "", detail: "The service failed. Try again." },
};

const retryable = new Set(["THROTTLED", "INTEGRATION_TIMEOUT", "DEFAULT_5XX"]);

/**
 * Gives every refusal of the gateway itself the shape that our handlers use: problem details
 * (RFC 9457) with `code`, `retryable` and `requestId`.
 */
export function addGatewayResponses(
  parts: ApiParts,
  name: string,
  api: apigateway.RestApi,
  corsOrigins: readonly string[],
): void {
  for (const [responseType, { code, status, detail }] of Object.entries(refusals)) {
    const problem = `{"type":"about:blank","code":"${code}","detail":${JSON.stringify(detail)},"retryable":${retryable.has(responseType)},"requestId":"$context.requestId"}`;
    parts.add(apigateway.Response, `${name}-${responseType.toLowerCase().replaceAll("_", "-")}`, {
      restApiId: api.id,
      responseType,
      ...(status && { statusCode: status }),
      responseTemplates: { "application/json": problem },
      responseParameters: {
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        // A gateway response cannot consult a list, so only a single origin can be named here.
        ...(corsOrigins.length === 1 && {
          "gatewayresponse.header.Access-Control-Allow-Origin": `'${corsOrigins[0]}'`,
        }),
      },
    });
  }
}
