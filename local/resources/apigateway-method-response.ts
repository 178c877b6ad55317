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
  responseParameters: v.optional(
    recordOf(v.pipe(v.string(), v.regex(/^method\.response\.header\.[^.]+$/)), v.boolean()),
    {},
  ),
});

/** A status that a method may answer, and the headers it may then carry. */
export function apigatewayMethodResponse({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    const { restApi, resourceId, httpMethod, statusCode, responseParameters } = given;
    restApis.restApi(restApi).putMethodResponse(resourceId, httpMethod, statusCode, { responseParameters });
    return { id: `agmr-${restApi}-${resourceId}-${httpMethod}-${statusCode}`, outputs: { ...given } };
  };
  return resourceHandler({
    type: "aws:apigateway/methodResponse:MethodResponse",
    inputs,
    replacedBy: ["restApi", "resourceId", "httpMethod", "statusCode"],
    create: put,
    read: (existing) => {
      const key = responseKey(
        textOutput(existing, "resourceId"),
        textOutput(existing, "httpMethod"),
        textOutput(existing, "statusCode"),
      );
      return restApis.find(textOutput(existing, "restApi"))?.definition.methodResponses.get(key) && {};
    },
    update: (_, given) => put(given),
    delete: (existing) => {
      const key = responseKey(
        textOutput(existing, "resourceId"),
        textOutput(existing, "httpMethod"),
        textOutput(existing, "statusCode"),
      );
      restApis.restApi(textOutput(existing, "restApi")).definition.methodResponses.delete(key);
    },
  });
}
