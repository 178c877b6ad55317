import * as v from "valibot";
import { responseKey } from "../api-gateway/rest/api-definition.ts";
import { restApiResource, textOutput } from "../api-gateway/rest/rest-api-resource.ts";
import type { Services } from "../services.ts";
import type { ResourceHandler } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApi: v.string(),
  resourceId: v.string(),
  httpMethod: v.string(),
  statusCode: v.pipe(v.string(), v.regex(/^[1-5]\d\d$/)),
  responseParameters: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^method\.response\.header\.[^.]+$/)), v.boolean()),
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
  return restApiResource({
    type: "aws:apigateway/methodResponse:MethodResponse",
    inputs,
    fixed: ["restApi", "resourceId", "httpMethod", "statusCode"],
    create: put,
    update: (_, given) => put(given),
    delete: (existing) => {
      const [resourceId, httpMethod, statusCode] = ["resourceId", "httpMethod", "statusCode"].map((name) =>
        textOutput(existing, name),
      ) as [string, string, string];
      const key = responseKey(resourceId, httpMethod, statusCode);
      restApis.restApi(textOutput(existing, "restApi")).definition.methodResponses.delete(key);
    },
  });
}
