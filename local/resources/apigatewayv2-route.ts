import * as v from "valibot";
import { account } from "../account.ts";
import type { Services } from "../services.ts";
import {
  type CreatedResource,
  type ResourceHandler,
  resourceHandler,
  textOutput,
} from "./resource-handler.ts";

const common = {
  apiId: v.string(),
  routeKey: v.string(),
  target: v.pipe(v.string(), v.startsWith("integrations/")),
  routeResponseSelectionExpression: v.optional(v.literal("$default")),
  apiKeyRequired: v.optional(v.literal(false), false),
  operationName: v.optional(v.string()),
};

const inputs = v.variant("authorizationType", [
  v.strictObject({ ...common, authorizationType: v.literal("CUSTOM"), authorizerId: v.string() }),
  v.strictObject({ ...common, authorizationType: v.optional(v.literal("NONE"), "NONE") }),
]);

/** `aws:apigatewayv2/route:Route`: the integration that serves messages of one route key. */
export function apigatewayv2Route({ webSocketApis }: Pick<Services, "webSocketApis">): ResourceHandler {
  const put = (route: v.InferOutput<typeof inputs>, existing?: CreatedResource) => ({
    id: webSocketApis.putRoute(
      route.apiId,
      {
        routeKey: route.routeKey,
        target: route.target,
        authorizerId: route.authorizationType === "CUSTOM" ? route.authorizerId : undefined,
        selectsRouteResponse: route.routeResponseSelectionExpression === "$default",
      },
      existing?.id,
    ),
    outputs: { ...route, region: account.region },
  });
  return resourceHandler({
    type: "aws:apigatewayv2/route:Route",
    inputs,
    replacedBy: ["apiId"],
    create: (route) => put(route),
    read: (existing) =>
      webSocketApis.has(textOutput(existing, "apiId"), "route", existing.id) ? {} : undefined,
    update: (existing, route) => put(route, existing),
    delete: (existing) => webSocketApis.deleteRoute(textOutput(existing, "apiId"), existing.id),
  });
}
