import { apigatewayDeployment } from "../../../../local/resources/apigateway-deployment.ts";
import { apigatewayIntegration } from "../../../../local/resources/apigateway-integration.ts";
import { apigatewayIntegrationResponse } from "../../../../local/resources/apigateway-integration-response.ts";
import { apigatewayMethod } from "../../../../local/resources/apigateway-method.ts";
import { apigatewayMethodResponse } from "../../../../local/resources/apigateway-method-response.ts";
import { apigatewayMethodSettings } from "../../../../local/resources/apigateway-method-settings.ts";
import { apigatewayModel } from "../../../../local/resources/apigateway-model.ts";
import { apigatewayRequestValidator } from "../../../../local/resources/apigateway-request-validator.ts";
import { apigatewayResource } from "../../../../local/resources/apigateway-resource.ts";
import { apigatewayResponse } from "../../../../local/resources/apigateway-response.ts";
import { apigatewayRestApi } from "../../../../local/resources/apigateway-rest-api.ts";
import { apigatewayRestApiPolicy } from "../../../../local/resources/apigateway-rest-api-policy.ts";
import { apigatewayStage } from "../../../../local/resources/apigateway-stage.ts";
import type { ResourceHandler } from "../../../../local/resources/resource-handler.ts";
import type { CloudParts } from "./cloud-parts.ts";

/** The handlers of every `aws:apigateway` type, by type. */
export function restHandlers(services: CloudParts): (type: string) => ResourceHandler {
  const handlers = [
    apigatewayDeployment,
    apigatewayIntegration,
    apigatewayIntegrationResponse,
    apigatewayMethod,
    apigatewayMethodResponse,
    apigatewayMethodSettings,
    apigatewayModel,
    apigatewayRequestValidator,
    apigatewayResource,
    apigatewayResponse,
    apigatewayRestApi,
    apigatewayRestApiPolicy,
    apigatewayStage,
  ].map((define) => define(services));
  return (type) => {
    const handler = handlers.find((each) => each.type === type);
    if (!handler) throw new Error(`no handler for ${type}`);
    return handler;
  };
}
