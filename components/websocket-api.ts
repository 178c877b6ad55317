import * as apigatewayv2 from "@pulumi/aws/apigatewayv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { accessLogs } from "./access-logs.ts";
import type { InlineFunction } from "./inline-function.ts";

export interface Throttle {
  /** Requests a second, steady. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

export interface WebSocketRoute {
  readonly handler: InlineFunction;
  /** True when what the handler returns is sent to the socket. */
  readonly answers?: boolean;
  readonly throttle?: Throttle;
}

export interface WebSocketApiArgs {
  /** Decides each `$connect`; not called, and 401, when the query lacks `identityParameter`. */
  readonly authorizer: InlineFunction;
  readonly identityParameter: string;
  /** Route key → what serves it. */
  readonly routes: Readonly<Record<string, WebSocketRoute>>;
  readonly throttle: Throttle;
  readonly logRetentionDays: number;
}

const stageName = "v1";

/**
 * A WebSocket API whose route is the frame's `action`. Two steps, since handlers need its address:
 * create it, then `deploy` the routes.
 */
export class WebSocketApi extends pulumi.ComponentResource {
  readonly api: apigatewayv2.Api;
  /** Where clients connect: `wss://…/v1`. */
  readonly url: pulumi.Output<string>;
  /** Where handlers post to a connection: `https://…/v1`. */
  readonly connectionsUrl: pulumi.Output<string>;
  readonly #name: string;

  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:WebSocketApi", name, {}, options);
    this.#name = name;
    this.api = new apigatewayv2.Api(
      name,
      { protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" },
      { parent: this },
    );
    this.url = pulumi.interpolate`${this.api.apiEndpoint}/${stageName}`;
    this.connectionsUrl = this.url.apply((url) => url.replace(/^ws/, "http"));
    this.registerOutputs({ url: this.url });
  }

  /** Lets the function send to every connection of this API. */
  grantPost(sender: InlineFunction): void {
    sender.grant("post-to-connections", {
      actions: ["execute-api:ManageConnections"],
      resources: [pulumi.interpolate`${this.api.executionArn}/${stageName}/POST/@connections/*`],
    });
  }

  deploy(args: WebSocketApiArgs): apigatewayv2.Stage {
    const authorizer = this.#authorizer(args);
    const routes = Object.entries(args.routes).flatMap(([key, route]) =>
      this.#route(key, route, key === "$connect" ? authorizer : undefined),
    );
    const deployment = new apigatewayv2.Deployment(
      this.#name,
      {
        apiId: this.api.id,
        triggers: { routes: pulumi.jsonStringify(routes.map(({ id }) => id)) },
      },
      { parent: this, dependsOn: [authorizer, ...routes] },
    );
    return new apigatewayv2.Stage(
      this.#name,
      {
        apiId: this.api.id,
        name: stageName,
        deploymentId: deployment.id,
        defaultRouteSettings: settings(args.throttle),
        routeSettings: Object.entries(args.routes).flatMap(([routeKey, { throttle }]) =>
          throttle ? [{ routeKey, ...settings(throttle) }] : [],
        ),
        accessLogSettings: accessLogs(this.#name, accessLogFields, args.logRetentionDays, this),
      },
      { parent: this },
    );
  }

  #authorizer({ authorizer, identityParameter }: WebSocketApiArgs): apigatewayv2.Authorizer {
    const resource = new apigatewayv2.Authorizer(
      this.#name,
      {
        apiId: this.api.id,
        authorizerType: "REQUEST",
        authorizerUri: authorizer.function.invokeArn,
        identitySources: [`route.request.querystring.${identityParameter}`],
      },
      { parent: this },
    );
    authorizer.allowInvocation(
      "authorizer",
      "apigateway.amazonaws.com",
      pulumi.interpolate`${this.api.executionArn}/authorizers/${resource.id}`,
    );
    return resource;
  }

  #route(key: string, route: WebSocketRoute, authorizer?: apigatewayv2.Authorizer): pulumi.CustomResource[] {
    const name = `${this.#name}-${key.replace("$", "")}`;
    const api = { apiId: this.api.id };
    const parent = { parent: this };
    const integration = new apigatewayv2.Integration(
      name,
      { ...api, integrationType: "AWS_PROXY", integrationUri: route.handler.function.invokeArn },
      parent,
    );
    const resource = new apigatewayv2.Route(
      name,
      {
        ...api,
        routeKey: key,
        target: pulumi.interpolate`integrations/${integration.id}`,
        ...(authorizer && { authorizationType: "CUSTOM", authorizerId: authorizer.id }),
        ...(route.answers && { routeResponseSelectionExpression: "$default" }),
      },
      parent,
    );
    route.handler.allowInvocation(
      key.replace("$", ""),
      "apigateway.amazonaws.com",
      pulumi.interpolate`${this.api.executionArn}/${stageName}/${key}`,
    );
    if (!route.answers) return [integration, resource];
    const response = new apigatewayv2.RouteResponse(
      name,
      { ...api, routeId: resource.id, routeResponseKey: "$default" },
      parent,
    );
    return [integration, resource, response];
  }
}

function settings({ rate, burst }: Throttle) {
  return {
    throttlingRateLimit: rate,
    throttlingBurstLimit: burst,
    detailedMetricsEnabled: true,
    dataTraceEnabled: false,
  };
}

const accessLogFields = {
  requestId: "$context.requestId",
  connectionId: "$context.connectionId",
  eventType: "$context.eventType",
  routeKey: "$context.routeKey",
  status: "$context.status",
  requestTime: "$context.requestTimeEpoch",
  integrationStatus: "$context.integration.status",
  integrationLatency: "$context.integration.latency",
  authorizerStatus: "$context.authorizer.status",
  error: "$context.error.responseType",
};
