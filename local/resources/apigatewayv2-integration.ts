import * as v from "valibot";
import { account } from "../account.ts";
import type { Services } from "../services.ts";
import {
  type CreatedResource,
  type ResourceHandler,
  resourceHandler,
  textOutput,
} from "./resource-handler.ts";

const inputs = v.strictObject({
  apiId: v.string(),
  integrationType: v.literal("AWS_PROXY", "only Lambda proxy integrations are supported."),
  integrationUri: v.string(),
  /** API Gateway always invokes a function with POST. */
  integrationMethod: v.optional(v.literal("POST"), "POST"),
  connectionType: v.optional(v.literal("INTERNET"), "INTERNET"),
  passthroughBehavior: v.optional(v.literal("WHEN_NO_MATCH"), "WHEN_NO_MATCH"),
  payloadFormatVersion: v.optional(v.literal("1.0"), "1.0"),
  timeoutMilliseconds: v.optional(v.number(), 29_000),
  description: v.optional(v.string()),
});

/** `aws:apigatewayv2/integration:Integration`: a Lambda function behind routes. */
export function apigatewayv2Integration({ webSocketApis }: Pick<Services, "webSocketApis">): ResourceHandler {
  const put = (integration: v.InferOutput<typeof inputs>, existing?: CreatedResource) => ({
    id: webSocketApis.putIntegration(integration.apiId, integration, existing?.id),
    outputs: {
      ...integration,
      integrationResponseSelectionExpression: `\${integration.response.statuscode}`,
      region: account.region,
    },
  });
  return resourceHandler({
    type: "aws:apigatewayv2/integration:Integration",
    inputs,
    replacedBy: ["apiId", "integrationType"],
    create: (integration) => put(integration),
    read: (existing) =>
      webSocketApis.has(textOutput(existing, "apiId"), "integration", existing.id) ? {} : undefined,
    update: (existing, integration) => put(integration, existing),
    delete: (existing) => webSocketApis.deleteIntegration(textOutput(existing, "apiId"), existing.id),
  });
}
