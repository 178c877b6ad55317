import * as v from "valibot";
import { methodKey } from "../api-gateway/rest/api-definition.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApi: v.string(),
  resourceId: v.string(),
  httpMethod: v.picklist(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"]),
  authorization: v.literal("NONE"),
  requestValidatorId: v.optional(v.string()),
  requestModels: v.optional(recordOf(v.string(), v.string()), {}),
  requestParameters: v.optional(
    recordOf(v.pipe(v.string(), v.regex(/^method\.request\.(header|querystring|path)\.[^']+$/)), v.boolean()),
    {},
  ),
});

/** A verb on a resource. */
export function apigatewayMethod({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    const { restApi, resourceId, httpMethod, requestModels, requestParameters, requestValidatorId } = given;
    restApis.restApi(restApi).putMethod({
      ...{ resourceId, httpMethod, requestModels, requestParameters },
      ...(requestValidatorId !== undefined && { requestValidatorId }),
    });
    return {
      id: `agm-${restApi}-${resourceId}-${httpMethod}`,
      outputs: { ...given, apiKeyRequired: false },
    };
  };
  return resourceHandler({
    type: "aws:apigateway/method:Method",
    inputs,
    replacedBy: ["restApi", "resourceId", "httpMethod"],
    create: put,
    read: (existing) => {
      const key = methodKey(textOutput(existing, "resourceId"), textOutput(existing, "httpMethod"));
      return restApis.find(textOutput(existing, "restApi"))?.definition.methods.get(key) && {};
    },
    update: (_, given) => put(given),
    delete: (existing) =>
      restApis
        .restApi(textOutput(existing, "restApi"))
        .deleteMethod(textOutput(existing, "resourceId"), textOutput(existing, "httpMethod")),
  });
}
