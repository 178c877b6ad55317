import * as v from "valibot";
import { account } from "../account.ts";
import type { RestApi } from "../api-gateway/rest/rest-api.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  /** Recorded: there is no name here that leads to the API, so its address stays open. */
  disableExecuteApiEndpoint: v.optional(v.boolean(), false),
  name: v.optional(v.string()),
  description: v.optional(v.string()),
  /** Where the API runs. The local cloud has one place for all. */
  endpointConfiguration: v.optional(
    v.strictObject({ types: v.picklist(["REGIONAL", "EDGE"]), ipAddressType: v.optional(v.string()) }),
  ),
  tags: v.optional(recordOf(v.string(), v.string())),
});

/** A REST API, listening on a loopback port of its own. */
export function apigatewayRestApi({
  restApis,
  clock,
}: Pick<Services, "restApis" | "clock">): ResourceHandler {
  const described = (
    api: RestApi,
    given: v.InferOutput<typeof inputs>,
    logicalName: string,
    createdDate: string,
  ) => ({
    id: api.id,
    outputs: {
      ...given,
      name: given.name ?? logicalName,
      arn: `arn:${account.partition}:apigateway:${account.region}::/restapis/${api.id}`,
      executionArn: api.executionArn,
      rootResourceId: api.rootResourceId,
      createdDate,
      apiKeySource: "HEADER",
      binaryMediaTypes: [],
      endpointConfiguration: given.endpointConfiguration ?? { types: "EDGE" },
      tagsAll: given.tags ?? {},
    },
  });
  return resourceHandler({
    type: "aws:apigateway/restApi:RestApi",
    inputs,
    create: async (given, name) =>
      described(await restApis.createRestApi(), given, name, new Date(clock.now()).toISOString()),
    read: ({ id }) => restApis.find(id) && {},
    update: (existing, given, name) =>
      described(restApis.restApi(existing.id), given, name, textOutput(existing, "createdDate")),
    delete: ({ id }) => restApis.deleteRestApi(id),
  });
}
