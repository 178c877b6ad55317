import type { Integration, Method, Stage } from "../../../../local/api-gateway/rest/api-definition.ts";
import type { RestApi } from "../../../../local/api-gateway/rest/rest-api.ts";
import type { CloudParts } from "./cloud-parts.ts";

export const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:handler";

export interface BuiltRoute {
  readonly path: readonly string[];
  readonly method: string;
  readonly integration?: Integration;
  readonly settings?: Partial<Method>;
}

/** An API with the routes, deployed to the stage `v1` with an access log. */
export async function builtApi(
  { restApis }: CloudParts,
  routes: readonly BuiltRoute[],
  prepare: (api: RestApi) => void = () => {},
  stage: Partial<Stage> = {},
): Promise<{ readonly api: RestApi; readonly url: string }> {
  const api = await restApis.createRestApi();
  prepare(api);
  for (const route of routes) addRoute(api, route);
  const url = api.putStage({
    name: "v1",
    deploymentId: api.createDeployment().id,
    variables: {},
    accessLog: {
      logGroup: "/access",
      format:
        '{"method":"$context.httpMethod","path":"$context.path","resource":"$context.resourcePath","status":"$context.status","latency":"$context.responseLatency","integration":"$context.integration.latency","error":"$context.error.responseType","time":"$context.requestTimeEpoch"}',
    },
    ...stage,
  });
  return { api, url };
}

export function addRoute(api: RestApi, { path, method, integration, settings }: BuiltRoute): string {
  let resourceId = api.rootResourceId;
  for (const part of path) {
    const existing = [...api.definition.resources.values()].find(
      ({ parentId, pathPart }) => parentId === resourceId && pathPart === part,
    );
    resourceId = (existing ?? api.createResource(resourceId, part)).id;
  }
  api.putMethod({ resourceId, httpMethod: method, requestModels: {}, requestParameters: {}, ...settings });
  api.putIntegration(
    resourceId,
    method,
    integration ?? { type: "AWS_PROXY", functionArn, timeoutMilliseconds: 29_000 },
  );
  return resourceId;
}
