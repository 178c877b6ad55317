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
    replacedBy: ["restApi", "resourceId", "httpMethod"],
    create: put,
    read: (existing) => {
      const key = responseKey(
        textOutput(existing, "resourceId"),
        textOutput(existing, "httpMethod"),
        textOutput(existing, "statusCode"),
      );
      return restApis.find(textOutput(existing, "restApi"))?.definition.methodResponses.get(key) && {};
    },
    update: ({ id }, given) => {
      const { restApi, resourceId, httpMethod, statusCode } = given;
      const { methodResponses } = restApis.restApi(restApi).definition;
      // AWS's provider updates the response of the new status, wherever the old one was.
      if (!methodResponses.has(responseKey(resourceId, httpMethod, statusCode))) {
        throw new Error(
          `statusCode cannot change to ${statusCode}, of which there is no method response to update: give the resource another name, so that it is made anew.`,
        );
      }
      return { id, outputs: put(given).outputs };
    },
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
