import * as v from "valibot";
import { responseTypes } from "../api-gateway/rest/gateway-responses.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApiId: v.string(),
  responseType: v.picklist(responseTypes),
  statusCode: v.optional(v.pipe(v.string(), v.regex(/^[1-5]\d\d$/))),
  responseTemplates: v.optional(recordOf(v.string(), v.string()), {}),
  responseParameters: v.optional(
    recordOf(
      v.pipe(v.string(), v.regex(/^gatewayresponse\.header\.[^.]+$/)),
      v.pipe(v.string(), v.regex(/^('.*'|method\.request\.(header|querystring)\..+)$/s)),
    ),
    {},
  ),
});

/** How the gateway words one of its own refusals. */
export function apigatewayResponse({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    const { restApiId, responseType, statusCode, responseTemplates, responseParameters } = given;
    restApis.restApi(restApiId).definition.gatewayResponses.set(responseType, {
      ...(statusCode !== undefined && { statusCode: Number(statusCode) }),
      responseTemplates,
      responseParameters,
    });
    return { id: `aggr-${restApiId}-${responseType}`, outputs: { ...given } };
  };
  return resourceHandler({
    type: "aws:apigateway/response:Response",
    inputs,
    replacedBy: ["restApiId", "responseType"],
    create: put,
    read: (existing) => {
      const responses = restApis.find(textOutput(existing, "restApiId"))?.definition.gatewayResponses;
      return [...(responses?.keys() ?? [])].includes(textOutput(existing, "responseType")) ? {} : undefined;
    },
    update: (_, given) => put(given),
    delete: (existing) => {
      const { definition } = restApis.restApi(textOutput(existing, "restApiId"));
      definition.gatewayResponses.delete(textOutput(existing, "responseType"));
    },
  });
}
