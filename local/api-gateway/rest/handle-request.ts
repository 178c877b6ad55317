import type { Clock } from "../../clock.ts";
import type { Lambda } from "../../lambda/lambda.ts";
import type { XRay } from "../../xray/xray.ts";
import { type RandomBytes, traceId } from "../identifiers.ts";
import type { Variables } from "../variable-substitution.ts";
import { type ApiDefinition, methodKey } from "./api-definition.ts";
import { errorVariables, type Refusal, refuse } from "./gateway-responses.ts";
import type { HttpResponse } from "./http-response.ts";
import { lambdaProxyIntegration } from "./lambda-proxy-integration.ts";
import { type RouteMatch, routeMatcher } from "./match-route.ts";
import { mockIntegration } from "./mock-integration.ts";
import { proxyEvent } from "./proxy-event.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { atResource, type RequestContext } from "./request-context.ts";
import { resourcePolicy } from "./resource-policy.ts";
import type { StageThrottle } from "./stage-throttle.ts";
import { requestValidation } from "./validate-request.ts";

/** The stage through which a request came. */
export interface ServingStage {
  /** Begins traces. */
  readonly isTraced?: boolean | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly throttle: StageThrottle;
}

export interface HandledRequest {
  readonly response: HttpResponse;
  /** `$context` as the access log sees it. */
  readonly context: Variables;
}

/** Answers a request; `undefined` when the client went away before it was complete. */
export type RequestHandler = (
  request: ReceivedRequest,
  context: RequestContext,
  stage: ServingStage,
) => Promise<HandledRequest | undefined>;

export interface HandlerServices {
  readonly clock: Clock;
  readonly lambda: Pick<Lambda, "invoke">;
  readonly xray?: Pick<XRay, "begin"> | undefined;
  readonly randomBytes: RandomBytes;
  readonly executionArn: string;
  /** Hears of a fault of the gateway itself, which the caller sees as 500. */
  readonly reportFault: (fault: unknown) => void;
}

/** Serves a definition as it is now; what changes in it later is not seen. */
export function requestHandler(live: ApiDefinition, services: HandlerServices): RequestHandler {
  const definition = structuredClone(live);
  const match = routeMatcher(definition);
  const admission = resourcePolicy(definition.policy);
  const validation = requestValidation(definition);
  const { clock } = services;

  const sourceArnOf = (request: ReceivedRequest, { resource }: RouteMatch) =>
    `${services.executionArn}/${request.stage}/${request.httpMethod}${resource.path}`;

  /** The way of a request; each refusal ends it. */
  async function answer(
    request: ReceivedRequest,
    route: RouteMatch | undefined,
    context: RequestContext,
    stage: ServingStage,
  ): Promise<HttpResponse | Refusal | "aborted"> {
    if (!route) return { responseType: "MISSING_AUTHENTICATION_TOKEN" };
    const denied = admission(sourceArnOf(request, route), request.sourceIp);
    if (denied) return denied;
    if (!stage.throttle.admit(route.resource.path, route.method.httpMethod, clock.now())) {
      return { responseType: "THROTTLED" };
    }
    const received = await request.readBody();
    if (received.kind === "aborted") return "aborted";
    if (received.kind === "too large") return { responseType: "REQUEST_TOO_LARGE" };
    return (
      validation.parameters(route, request) ??
      validation.body(route, request, received.body) ??
      integrate(request, route, received.body, context, stage)
    );
  }

  async function integrate(
    request: ReceivedRequest,
    route: RouteMatch,
    body: string,
    context: RequestContext,
    { variables, isTraced }: ServingStage,
  ): Promise<HttpResponse | Refusal> {
    const key = methodKey(route.resource.id, route.method.httpMethod);
    const integration = definition.integrations.get(key);
    if (!integration) return { responseType: "API_CONFIGURATION_ERROR" };
    if (integration.type === "MOCK") {
      const { pathParameters } = route;
      const responses = [...definition.integrationResponses]
        .filter(([responseKey]) => responseKey.startsWith(`${key} `))
        .map(([, response]) => response);
      return mockIntegration(integration, responses, {
        ...{ request, pathParameters, body, context },
        stageVariables: variables,
      });
    }
    const root = traceId(clock.now(), services.randomBytes);
    const segment =
      isTraced &&
      services.xray?.begin({
        ...{ name: request.stage, origin: "AWS::ApiGateway::Stage", header: root, begins: true },
      });
    const trace = segment ? segment.header : root;
    const answered = await lambdaProxyIntegration(
      {
        ...integration,
        trace,
        sourceArn: sourceArnOf(request, route),
        event: proxyEvent(request, route, body, context, variables, trace),
      },
      services,
    );
    if (segment) {
      const status = "statusCode" in answered ? answered.statusCode : 500;
      segment.end({ status, fault: status >= 500, error: status >= 400 && status < 500 });
    }
    return answered;
  }

  return async (request, received, stage) => {
    const start = clock.now();
    const route = match(request.path, request.httpMethod);
    const context = route ? atResource(received, route.resource) : received;
    let result: HttpResponse | Refusal | "aborted";
    try {
      result = await answer(request, route, context, stage);
    } catch (fault) {
      services.reportFault(fault);
      result = { responseType: "API_CONFIGURATION_ERROR" };
    }
    if (result === "aborted") return undefined;
    const refusal = "responseType" in result ? result : undefined;
    const response =
      "responseType" in result
        ? refuse(result, definition.gatewayResponses, request, context, stage.variables)
        : result;
    const latency = clock.now() - start;
    return {
      response,
      context: {
        ...context,
        status: response.statusCode,
        responseLength: Buffer.byteLength(response.body),
        responseLatency: latency,
        ...(!refusal && {
          integration: { latency, status: response.statusCode },
          integrationLatency: latency,
        }),
        ...(refusal && { error: errorVariables(refusal) }),
      },
    };
  };
}
