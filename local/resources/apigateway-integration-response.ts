import * as v from "valibot";
import { responseKey } from "../api-gateway/rest/api-definition.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApi: v.string(),
  resourceId: v.string(),
  httpMethod: v.string(),
  statusCode: v.pipe(v.string(), v.regex(/^[1-5]\d\d$/)),
  selectionPattern: v.optional(v.string()),
  responseParameters: v.optional(
    recordOf(
      v.pipe(v.string(), v.regex(/^method\.response\.header\.[^.]+$/)),
      v.pipe(v.string(), v.regex(/^'.*'$/s, "only static values, in single quotes")),
    ),
    {},
  ),
  responseTemplates: v.optional(recordOf(v.string(), v.string()), {}),
});

/** What becomes of an integration's answer. */
export function apigatewayIntegrationResponse({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    const { restApi, resourceId, httpMethod, selectionPattern, ...response } = given;
    restApis.restApi(restApi).putIntegrationResponse(resourceId, httpMethod, {
      ...response,
      ...(selectionPattern !== undefined && { selectionPattern }),
    });
    return { id: `agir-${restApi}-${resourceId}-${httpMethod}-${given.statusCode}`, outputs: { ...given } };
  };
  return resourceHandler({
    type: "aws:apigateway/integrationResponse:IntegrationResponse",
    inputs,
    replacedBy: ["restApi", "resourceId", "httpMethod"],
    create: put,
    read: (existing) => {
      const key = responseKey(
        textOutput(existing, "resourceId"),
        textOutput(existing, "httpMethod"),
        textOutput(existing, "statusCode"),
      );
      return restApis.find(textOutput(existing, "restApi"))?.definition.integrationResponses.get(key) && {};
    },
    // Of another status AWS's provider puts one more, and leaves the old one.
    update: ({ id }, given) => ({ id, outputs: put(given).outputs }),
    delete: (existing) => {
      const key = responseKey(
        textOutput(existing, "resourceId"),
        textOutput(existing, "httpMethod"),
        textOutput(existing, "statusCode"),
      );
      restApis.restApi(textOutput(existing, "restApi")).definition.integrationResponses.delete(key);
    },
  });
}
