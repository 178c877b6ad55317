import * as apigateway from "@pulumi/aws/apigateway/index.js";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Answers OPTIONS of a resource without a function. An origin of the list gets
 * `Access-Control-Allow-Origin` with its own value; any other gets 204 without it, which a browser
 * takes as a refusal. Credentials (cookies) are never allowed: callers send a bearer token.
 */
export function addPreflight(
  api: apigateway.RestApi,
  resource: apigateway.Resource,
  path: string,
  method: string,
  origins: readonly string[],
  parent: pulumi.Resource,
): pulumi.CustomResource[] {
  const name = `${path}-OPTIONS`;
  const options = { restApi: api.id, resourceId: resource.id };
  const preflight = new apigateway.Method(
    name,
    { ...options, httpMethod: "OPTIONS", authorization: "NONE" },
    { parent },
  );
  const integration = new apigateway.Integration(
    name,
    {
      ...options,
      httpMethod: preflight.httpMethod,
      type: "MOCK",
      passthroughBehavior: "NEVER",
      requestTemplates: { "application/json": '{"statusCode":204}' },
    },
    { parent },
  );
  const methodResponse = new apigateway.MethodResponse(
    name,
    {
      ...options,
      httpMethod: preflight.httpMethod,
      statusCode: "204",
      responseParameters: {
        // The response template sets it, for origins of the list only.
        "method.response.header.Access-Control-Allow-Origin": true,
        "method.response.header.Access-Control-Allow-Methods": true,
        "method.response.header.Access-Control-Allow-Headers": true,
        "method.response.header.Access-Control-Max-Age": true,
        "method.response.header.Vary": true,
      },
    },
    { parent },
  );
  const integrationResponse = new apigateway.IntegrationResponse(
    name,
    {
      ...options,
      httpMethod: preflight.httpMethod,
      statusCode: methodResponse.statusCode,
      responseParameters: {
        "method.response.header.Access-Control-Allow-Methods": `'${method}'`,
        "method.response.header.Access-Control-Allow-Headers": "'authorization,content-type'",
        "method.response.header.Access-Control-Max-Age": "'600'",
        "method.response.header.Vary": "'Origin'",
      },
      responseTemplates: { "application/json": allowListed(origins) },
    },
    { parent, dependsOn: [integration] },
  );
  return [preflight, integration, methodResponse, integrationResponse];
}

/**
 * Velocity that answers an origin of the list with itself. Origins were checked when configuration was
 * read: no quote, `$` or `#` is in them. Each is compared on its own, and header names are looked up in
 * both spellings (HTTP/2 sends lower case), since what a missing header gives, and what a list can do,
 * is not documented
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
