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
  routeId: v.string(),
  routeResponseKey: v.literal("$default", "a WebSocket API has $default route responses only."),
});

/** `aws:apigatewayv2/routeResponse:RouteResponse`: lets a route answer the socket. */
export function apigatewayv2RouteResponse({
  webSocketApis,
}: Pick<Services, "webSocketApis">): ResourceHandler {
  const put = (response: v.InferOutput<typeof inputs>, existing?: CreatedResource) => ({
    id: webSocketApis.putRouteResponse(response.apiId, response.routeId, existing?.id),
    outputs: { ...response, region: account.region },
  });
  return resourceHandler({
    type: "aws:apigatewayv2/routeResponse:RouteResponse",
    inputs,
    replacedBy: ["apiId", "routeId"],
    create: (response) => put(response),
    read: (existing) =>
      webSocketApis.has(textOutput(existing, "apiId"), "routeResponse", existing.id) ? {} : undefined,
    update: (existing, response) => put(response, existing),
    delete: (existing) => webSocketApis.deleteRouteResponse(textOutput(existing, "apiId"), existing.id),
  });
}
