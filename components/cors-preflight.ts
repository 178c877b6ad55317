import * as apigateway from "@pulumi/aws/apigateway/index.js";
import type { ApiParts } from "./api-parts.ts";

/**
 * Answers OPTIONS of a resource without a function. An origin of the list gets
 * `Access-Control-Allow-Origin` with its own value; any other gets 204 without it, which a browser
 * takes as a refusal. Credentials (cookies) are never allowed: callers send a bearer token.
 */
export function addPreflight(
  parts: ApiParts,
  api: apigateway.RestApi,
  resource: apigateway.Resource,
  { path, method }: { readonly path: string; readonly method: string },
  origins: readonly string[],
): void {
  const name = `${path}-OPTIONS`;
  const preflight = parts.add(apigateway.Method, name, {
    restApi: api.id,
    resourceId: resource.id,
    httpMethod: "OPTIONS",
    authorization: "NONE",
  });
  const options = { restApi: api.id, resourceId: resource.id, httpMethod: preflight.httpMethod };
  const integration = parts.add(apigateway.Integration, name, {
    ...options,
    type: "MOCK",
    passthroughBehavior: "NEVER",
    requestTemplates: { "application/json": '{"statusCode":204}' },
  });
  const { statusCode } = parts.add(apigateway.MethodResponse, name, {
    ...options,
    statusCode: "204",
    responseParameters: {
      // The response template sets it, for origins of the list only.
      "method.response.header.Access-Control-Allow-Origin": true,
      "method.response.header.Access-Control-Allow-Methods": true,
      "method.response.header.Access-Control-Allow-Headers": true,
      "method.response.header.Access-Control-Max-Age": true,
      "method.response.header.Vary": true,
    },
  });
  const headers = {
    "Access-Control-Allow-Methods": `'${method}'`,
    "Access-Control-Allow-Headers": "'authorization,content-type,idempotency-key'",
    "Access-Control-Max-Age": "'600'",
    Vary: "'Origin'",
  };
  parts.add(
    apigateway.IntegrationResponse,
    name,
    {
      ...options,
      statusCode,
      responseParameters: Object.fromEntries(
        Object.entries(headers).map(([header, value]) => [`method.response.header.${header}`, value]),
      ),
      responseTemplates: { "application/json": allowListed(origins) },
    },
    { dependsOn: [integration] },
  );
}

/**
 * Velocity that answers an origin of the list with itself. Origins were checked when configuration was read: no
 * quote, `$` or `#` is in them. Each is compared on its own, and header names are looked up in both spellings
 * (HTTP/2 sends lower case), since what a missing header gives, and what a list can do, is not documented
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html).
 */
function allowListed(origins: readonly string[]): string {
  const header = "$input.params().header.get";
  return origins
    .map(
      (origin) =>
        `#if(${header}("Origin") == "${origin}" || ${header}("origin") == "${origin}")` +
        `#set($context.responseOverride.header.Access-Control-Allow-Origin = "${origin}")#end`,
    )
    .join("\n");
}
