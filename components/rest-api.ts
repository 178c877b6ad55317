import * as apigateway from "@pulumi/aws/apigateway/index.js";
import type * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { GenericSchema } from "valibot";
import { accessLogs } from "./access-logs.ts";
import { ApiParts } from "./api-parts.ts";
import { addPreflight } from "./cors-preflight.ts";
import { CustomDomain, type Domain } from "./custom-domain.ts";
import { addGatewayResponses } from "./gateway-responses.ts";
import type { InlineFunction } from "./inline-function.ts";
import { requestModel } from "./request-model.ts";
import { addFirewall, addResourcePolicy, type RestApiGuard } from "./rest-api-guard.ts";
import type { Throttle } from "./websocket-api.ts";

export interface RestRoute {
  readonly method: "GET" | "POST";
  /** One or two path segments, without a slash at the ends. */
  readonly path: string;
  readonly handler: InlineFunction;
  /** A JSON body must match it, or API Gateway answers 400 without calling the handler. */
  readonly body?: { readonly name: string; readonly schema: GenericSchema };
  readonly throttle: Throttle;
  /** False for a route that no page calls: it has no preflight. Default true. */
  readonly isForPages?: boolean;
}

export interface RestApiArgs {
  readonly routes: readonly RestRoute[];
  /** Origins whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  readonly throttle: Throttle;
  readonly logRetentionDays: number;
  /** What stands before the API. A route that no page calls is open to every address. */
  readonly guard?: RestApiGuard | undefined;
  /** The API's name instead of the one that API Gateway gives it. */
  readonly domain?: Domain | undefined;
}

const stageName = "v1";

/** A regional REST API: validated bodies, CORS allow-list, throttles per method, errors in one shape. */
export class RestApi extends pulumi.ComponentResource {
  /** `https://…/v1`, or the custom domain, without a slash at its end. */
  readonly url: pulumi.Output<string>;
  /** What a record of the custom domain must point to. */
  readonly domainTarget: pulumi.Output<string> | undefined;
  /** By which CloudWatch knows it. */
  readonly apiName: pulumi.Output<string>;
  readonly stageName = stageName;
  /** A line for each request. */
  readonly accessLog: cloudwatch.LogGroup;

  constructor(name: string, args: RestApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:RestApi", name, {}, options);
    const parent = { parent: this };
    const { domain } = args;
    const api = new apigateway.RestApi(
      name,
      {
        endpointConfiguration: { types: "REGIONAL" },
        ...(domain && { disableExecuteApiEndpoint: true }),
      },
      parent,
    );
    const validator = new apigateway.RequestValidator(
      name,
      { restApi: api.id, validateRequestBody: true, validateRequestParameters: true },
      parent,
    );
    const parts = new ApiParts(this);
    const paths = addPaths(
      parts,
      api,
      args.routes.map(({ path }) => path),
    );
    for (const route of args.routes) addRoute(parts, api, validator, paths, route, args.corsOrigins);
    addGatewayResponses(parts, name, api, args.corsOrigins);
    const guard = args.guard ?? {};
    const forPages = args.routes.filter(({ isForPages = true }) => isForPages).map(({ path }) => path);
    addResourcePolicy(parts, name, api, [...new Set(forPages)], guard);
    const deployment = new apigateway.Deployment(
      name,
      // That the execute-api endpoint is closed holds from the next deployment on.
      { restApi: api.id, triggers: { parts: parts.digest, ...(domain && { endpoint: "closed" }) } },
      parts.deployed,
    );
    const logs = accessLogs(name, accessLogFields, args.logRetentionDays, this);
    const stage = new apigateway.Stage(
      name,
      {
        restApi: api.id,
        deployment: deployment.id,
        stageName,
        xrayTracingEnabled: true,
        accessLogSettings: logs.settings,
      },
      parent,
    );
    this.accessLog = logs.logGroup;
    addFirewall(name, stage, guard, this);
    for (const { methodPath, throttle } of [
      { methodPath: "*/*", throttle: args.throttle },
      ...args.routes.map(({ path, method, throttle }) => ({
        // API Gateway wants each slash of the path so.
        methodPath: `${path.replaceAll("/", "~1")}/${method}`,
        throttle,
      })),
    ]) {
      new apigateway.MethodSettings(
        methodPath === "*/*" ? name : `${name}-${methodPath.replaceAll(/~1|\//g, "-")}`,
        {
          restApi: api.id,
          stageName: stage.stageName,
          methodPath,
          settings: {
            throttlingRateLimit: throttle.rate,
            throttlingBurstLimit: throttle.burst,
            metricsEnabled: true,
            dataTraceEnabled: false,
          },
        },
        parent,
      );
    }
    const mapped = domain && { ...domain, apiId: api.id, stageName: stage.stageName };
    this.domainTarget = mapped && new CustomDomain(name, mapped, parent).target;
    this.url = domain ? pulumi.output(`https://${domain.name}`) : stage.invokeUrl;
    this.apiName = api.name;
    this.registerOutputs({ url: this.url });
  }
}

function addRoute(
  parts: ApiParts,
  api: apigateway.RestApi,
  validator: apigateway.RequestValidator,
  paths: ReadonlyMap<string, apigateway.Resource>,
  route: RestRoute,
  corsOrigins: readonly string[],
): void {
  const name = `${route.path.replaceAll("/", "-")}-${route.method}`;
  const resource = paths.get(route.path);
  if (!resource) throw new Error(`RestApi: no resource of the path ${route.path}`);
  const model =
    route.body &&
    parts.add(apigateway.Model, route.body.name, {
      restApi: api.id,
      name: route.body.name,
      contentType: "application/json",
      schema: requestModel(route.body.schema),
    });
  const method = parts.add(apigateway.Method, name, {
    restApi: api.id,
    resourceId: resource.id,
    httpMethod: route.method,
    authorization: "NONE",
    ...(model && { requestValidatorId: validator.id, requestModels: { "application/json": model.name } }),
  });
  parts.add(apigateway.Integration, name, {
    restApi: api.id,
    resourceId: resource.id,
    httpMethod: method.httpMethod,
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    uri: route.handler.function.invokeArn,
    passthroughBehavior: "NEVER",
  });
  route.handler.allowInvocation(
    name,
    "apigateway.amazonaws.com",
    pulumi.interpolate`${api.executionArn}/${stageName}/${route.method}/${route.path}`,
  );
  if (route.isForPages !== false) addPreflight(parts, api, resource, route, corsOrigins);
}

/** A resource for every path and for what is above it, by path. */
function addPaths(
  parts: ApiParts,
  api: apigateway.RestApi,
  paths: readonly string[],
): ReadonlyMap<string, apigateway.Resource> {
  const resources = new Map<string, apigateway.Resource>();
  for (const path of paths) {
    const segments = path.split("/");
    for (const [index, pathPart] of segments.entries()) {
      const above = resources.get(segments.slice(0, index).join("/"));
      const own = segments.slice(0, index + 1).join("/");
      if (resources.has(own)) continue;
      const parentId = above ? above.id : api.rootResourceId;
      const name = own.replaceAll("/", "-");
      resources.set(own, parts.add(apigateway.Resource, name, { restApi: api.id, parentId, pathPart }));
    }
  }
  return resources;
}

const accessLogFields = {
  requestId: "$context.requestId",
  method: "$context.httpMethod",
  path: "$context.resourcePath",
  status: "$context.status",
  requestTime: "$context.requestTimeEpoch",
  responseLatency: "$context.responseLatency",
  integrationLatency: "$context.integration.latency",
  error: "$context.error.responseType",
};
