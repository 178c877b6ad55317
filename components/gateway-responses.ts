import * as apigateway from "@pulumi/aws/apigateway/index.js";
import type { ApiParts } from "./api-parts.ts";
import { gatewayRefusals, retryableRefusals } from "./gateway-refusals.ts";

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
  for (const [responseType, { code, status, detail }] of Object.entries(gatewayRefusals)) {
    const problem = `{"type":"about:blank","code":"${code}","detail":${JSON.stringify(detail)},"retryable":${retryableRefusals.has(responseType)},"requestId":"$context.requestId"}`;
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
