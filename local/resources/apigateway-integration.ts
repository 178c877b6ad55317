import * as v from "valibot";
import { functionArnOf } from "../api-gateway/function-arn.ts";
import { type Integration, methodKey } from "../api-gateway/rest/api-definition.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const place = { restApi: v.string(), resourceId: v.string(), httpMethod: v.string() };
const passthroughBehavior = v.picklist(["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]);
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const timeoutMilliseconds = v.pipe(v.number(), v.integer(), v.minValue(50), v.maxValue(29_000));

const inputs = v.variant("type", [
  v.strictObject({
    ...place,
    type: v.literal("AWS_PROXY"),
    integrationHttpMethod: v.literal("POST", "Lambda is invoked by POST"),
    /** The function's `invokeArn`. */
    uri: v.string(),
    passthroughBehavior: v.optional(passthroughBehavior, "WHEN_NO_MATCH"),
    timeoutMilliseconds: v.optional(timeoutMilliseconds, 29_000),
  }),
  v.strictObject({
    ...place,
    type: v.literal("MOCK"),
    passthroughBehavior: v.optional(passthroughBehavior, "WHEN_NO_MATCH"),
    requestTemplates: v.optional(recordOf(v.string(), v.string()), {}),
    timeoutMilliseconds: v.optional(timeoutMilliseconds, 29_000),
  }),
]);

/** What a method calls: a function, or nothing. */
export function apigatewayIntegration({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    const { restApi, resourceId, httpMethod } = given;
    restApis.restApi(restApi).putIntegration(resourceId, httpMethod, integration(given));
    return {
      id: `agi-${restApi}-${resourceId}-${httpMethod}`,
      outputs: {
        ...given,
        cacheNamespace: resourceId,
        connectionType: "INTERNET",
        responseTransferMode: "BUFFERED",
      },
    };
  };
  return resourceHandler({
    type: "aws:apigateway/integration:Integration",
    inputs,
    replacedBy: [
      "restApi",
      "resourceId",
      "httpMethod",
      "type",
      "integrationHttpMethod",
      "passthroughBehavior",
    ],
    identifiedBy: ["restApi", "resourceId", "httpMethod"],
    create: put,
    read: (existing) => {
      const key = methodKey(textOutput(existing, "resourceId"), textOutput(existing, "httpMethod"));
      return restApis.find(textOutput(existing, "restApi"))?.definition.integrations.get(key) && {};
    },
    update: (_, given) => put(given),
    delete: (existing) => {
      const key = methodKey(textOutput(existing, "resourceId"), textOutput(existing, "httpMethod"));
      restApis.restApi(textOutput(existing, "restApi")).definition.integrations.delete(key);
    },
  });
}

function integration(given: v.InferOutput<typeof inputs>): Integration {
  if (given.type === "MOCK") {
    const { type, passthroughBehavior, requestTemplates } = given;
    return { type, passthroughBehavior, requestTemplates };
  }
  const { type, uri, timeoutMilliseconds } = given;
  return { type, functionArn: functionArnOf(uri), timeoutMilliseconds };
}
