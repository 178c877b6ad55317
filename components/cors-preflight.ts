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

/** Velocity that echoes the caller's origin when it is on the list. Origins are checked when configuration is read. */
function allowListed(origins: readonly string[]): string {
  return [
    '#set($origin = $input.params().header.get("Origin"))',
    '#if(!$origin)#set($origin = $input.params().header.get("origin"))#end',
    `#set($allowed = ${JSON.stringify(origins)})`,
    "#if($allowed.contains($origin))#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end",
  ].join("\n");
}
