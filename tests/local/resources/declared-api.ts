import { apigatewayv2Api } from "../../../local/resources/apigatewayv2-api.ts";
import { apigatewayv2Authorizer } from "../../../local/resources/apigatewayv2-authorizer.ts";
import { apigatewayv2Deployment } from "../../../local/resources/apigatewayv2-deployment.ts";
import { apigatewayv2Integration } from "../../../local/resources/apigatewayv2-integration.ts";
import { apigatewayv2Route } from "../../../local/resources/apigatewayv2-route.ts";
import { apigatewayv2RouteResponse } from "../../../local/resources/apigatewayv2-route-response.ts";
import { apigatewayv2Stage } from "../../../local/resources/apigatewayv2-stage.ts";
import { gatewayOnFakes, invokeArn } from "../api-gateway/websocket/serve-test-api.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** An empty API, and a function for each resource type that declares one in it, with sensible inputs. */
export async function declaredApi() {
  const gateway = gatewayOnFakes();
  const services = { webSocketApis: gateway.apis };
  const handlers = {
    api: apigatewayv2Api(services),
    authorizer: apigatewayv2Authorizer(services),
    integration: apigatewayv2Integration(services),
    route: apigatewayv2Route(services),
    routeResponse: apigatewayv2RouteResponse(services),
    deployment: apigatewayv2Deployment(services),
    stage: apigatewayv2Stage(services),
  };
  const create = (kind: keyof typeof handlers, inputs: Inputs) =>
    handlers[kind].create({ type: handlers[kind].type, name: "signaling", inputs });
  const api = await create("api", {
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
  });
  const apiId = api.id;
  return {
    ...gateway,
    ...handlers,
    api,
    apiId,
    integrate: (inputs: Inputs = {}) =>
      create("integration", {
        apiId,
        integrationType: "AWS_PROXY",
        integrationUri: invokeArn("relay"),
        ...inputs,
      }),
    declareAuthorizer: (inputs: Inputs = {}) =>
      create("authorizer", {
        apiId,
        authorizerType: "REQUEST",
        authorizerUri: invokeArn("authorizer"),
        identitySources: ["route.request.querystring.proof"],
        ...inputs,
      }),
    declareRoute: (inputs: Inputs) => create("route", { apiId, ...inputs }),
    respond: (inputs: Inputs) => create("routeResponse", { apiId, routeResponseKey: "$default", ...inputs }),
    deploy: (inputs: Inputs = {}) => create("deployment", { apiId, ...inputs }),
    declareStage: (inputs: Inputs) => create("stage", { apiId, name: "v1", ...inputs }),
  };
}
