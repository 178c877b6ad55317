import * as apigatewayv2 from "@pulumi/aws/apigatewayv2/index.js";
import type * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { accessLogs } from "./access-logs.ts";
import { ApiParts } from "./api-parts.ts";
import { CustomDomain, type Domain } from "./custom-domain.ts";
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
  readonly stageName = stageName;
  /** What a record of the custom domain must point to. Undefined without one, and until `deploy`. */
  domainTarget: pulumi.Output<string> | undefined;
  /** A line for each handshake, frame and end of a connection. Undefined until `deploy`. */
  accessLog: cloudwatch.LogGroup | undefined;
  readonly #name: string;
  readonly #domain: Domain | undefined;

  /**
   * With a domain, the API is called by its name only: clients connect to it, and handlers post to it, without the
   * stage. `@connections` is refused at an execute-api endpoint that is closed
   * (https://github.com/aws/aws-sdk-net/issues/1860); who may post is still said by the API's ARN and stage.
   */
  constructor(name: string, domain: Domain | undefined, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:WebSocketApi", name, {}, options);
    this.#name = name;
    this.#domain = domain;
    this.api = new apigatewayv2.Api(
      name,
      {
        protocolType: "WEBSOCKET",
        routeSelectionExpression: "$request.body.action",
        ...(domain && { disableExecuteApiEndpoint: true }),
      },
      { parent: this },
    );
    this.url = domain
      ? pulumi.output(`wss://${domain.name}`)
      : pulumi.interpolate`${this.api.apiEndpoint}/${stageName}`;
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

  /** Lets the function close every connection of this API. */
  grantClose(closer: InlineFunction): void {
    closer.grant("close-connections", {
      actions: ["execute-api:ManageConnections"],
      resources: [pulumi.interpolate`${this.api.executionArn}/${stageName}/DELETE/@connections/*`],
    });
  }

  deploy(args: WebSocketApiArgs): apigatewayv2.Stage {
    const parts = new ApiParts(this);
    const authorizer = this.#addAuthorizer(parts, args);
    for (const [key, route] of Object.entries(args.routes)) {
      this.#addRoute(parts, key, route, key === "$connect" ? authorizer : undefined);
    }
    const deployment = new apigatewayv2.Deployment(
      this.#name,
      // That the execute-api endpoint is closed holds from the next deployment on.
      { apiId: this.api.id, triggers: { parts: parts.digest, ...(this.#domain && { endpoint: "closed" }) } },
      parts.deployed,
    );
    const logs = accessLogs(this.#name, accessLogFields, args.logRetentionDays, this);
    this.accessLog = logs.logGroup;
    const stage = new apigatewayv2.Stage(
      this.#name,
      {
        apiId: this.api.id,
        name: stageName,
        deploymentId: deployment.id,
        defaultRouteSettings: settings(args.throttle),
        routeSettings: Object.entries(args.routes).flatMap(([routeKey, { throttle }]) =>
          throttle ? [{ routeKey, ...settings(throttle) }] : [],
        ),
        accessLogSettings: logs.settings,
      },
      { parent: this },
    );
    if (this.#domain) {
      const mapped = { ...this.#domain, apiId: this.api.id, stageName: stage.name };
      this.domainTarget = new CustomDomain(this.#name, mapped, { parent: this }).target;
    }
    return stage;
  }

  #addAuthorizer(
    parts: ApiParts,
    { authorizer, identityParameter }: WebSocketApiArgs,
  ): apigatewayv2.Authorizer {
    const resource = parts.add(apigatewayv2.Authorizer, this.#name, {
      apiId: this.api.id,
      authorizerType: "REQUEST",
      authorizerUri: authorizer.function.invokeArn,
      identitySources: [`route.request.querystring.${identityParameter}`],
    });
    authorizer.allowInvocation(
      "authorizer",
      "apigateway.amazonaws.com",
      pulumi.interpolate`${this.api.executionArn}/authorizers/${resource.id}`,
    );
    return resource;
  }

  #addRoute(parts: ApiParts, key: string, route: WebSocketRoute, authorizer?: apigatewayv2.Authorizer): void {
    const name = `${this.#name}-${key.replace("$", "")}`;
    const api = { apiId: this.api.id };
    const integration = parts.add(apigatewayv2.Integration, name, {
      ...api,
      integrationType: "AWS_PROXY",
      // API Gateway asks for POST whatever the function does.
      integrationMethod: "POST",
      integrationUri: route.handler.function.invokeArn,
    });
    const resource = parts.add(apigatewayv2.Route, name, {
      ...api,
      routeKey: key,
      target: pulumi.interpolate`integrations/${integration.id}`,
      ...(authorizer && { authorizationType: "CUSTOM", authorizerId: authorizer.id }),
      ...(route.answers && { routeResponseSelectionExpression: "$default" }),
    });
    route.handler.allowInvocation(
      key.replace("$", ""),
      "apigateway.amazonaws.com",
      pulumi.interpolate`${this.api.executionArn}/${stageName}/${key}`,
    );
    if (route.answers) {
      parts.add(apigatewayv2.RouteResponse, name, {
        ...api,
        routeId: resource.id,
        routeResponseKey: "$default",
      });
    }
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
