import * as v from "valibot";
import { account } from "../account.ts";
import type { ApiDescription } from "../api-gateway/websocket/web-socket-apis.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const inputs = v.strictObject({
  protocolType: v.literal("WEBSOCKET", "only WebSocket APIs are supported."),
  routeSelectionExpression: v.string(),
  /** Recorded: there is no name here that leads to the API, so its address stays open. */
  disableExecuteApiEndpoint: v.optional(v.boolean(), false),
  name: v.optional(v.string()),
  description: v.optional(v.string()),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

/** `aws:apigatewayv2/api:Api`: a WebSocket API, listening on a loopback port from its creation. */
export function apigatewayv2Api({ webSocketApis }: Pick<Services, "webSocketApis">): ResourceHandler {
  const created = (
    { id, apiEndpoint, executionArn }: ApiDescription,
    api: v.InferOutput<typeof inputs>,
    name: string,
  ) => ({
    id,
    outputs: {
      ...api,
      name,
      apiEndpoint,
      executionArn,
      arn: `arn:${account.partition}:apigateway:${account.region}::/apis/${id}`,
      apiKeySelectionExpression: "$request.header.x-api-key",
      ipAddressType: "ipv4",
      region: account.region,
      tagsAll: api.tags,
    },
  });
  return resourceHandler({
    type: "aws:apigatewayv2/api:Api",
    inputs,
    create: async (api, logicalName) => {
      const name = api.name ?? logicalName;
      return created(await webSocketApis.createApi({ ...api, name }), api, name);
    },
    replacedBy: ["protocolType"],
    read: ({ id }) => (webSocketApis.has(id) ? {} : undefined),
    update: ({ id }, api, logicalName) => {
      const name = api.name ?? logicalName;
      return created(webSocketApis.updateApi(id, { ...api, name }), api, name);
    },
    delete: ({ id }) => webSocketApis.deleteApi(id),
  });
}
