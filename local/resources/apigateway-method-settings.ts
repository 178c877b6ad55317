import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApi: v.string(),
  stageName: v.string(),
  methodPath: v.string(),
  settings: v.strictObject({
    throttlingRateLimit: v.optional(v.pipe(v.number(), v.minValue(-1)), -1),
    throttlingBurstLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-1)), -1),
    /** There are no CloudWatch metrics here to switch on. */
    metricsEnabled: v.optional(v.boolean()),
    /** A data trace writes bodies to the log. */
    dataTraceEnabled: v.optional(v.literal(false)),
    loggingLevel: v.optional(v.literal("OFF")),
  }),
});

/** The throttles of one method of a stage, or of all that have none of their own. */
export function apigatewayMethodSettings({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    const { restApi, stageName, methodPath, settings } = given;
    const { throttlingRateLimit, throttlingBurstLimit } = settings;
    restApis
      .restApi(restApi)
      .throttle(stageName)
      .put(methodPath, { rate: throttlingRateLimit, burst: throttlingBurstLimit });
    return { id: `${restApi}-${stageName}-${methodPath}`, outputs: { ...given } };
  };
  return resourceHandler({
    type: "aws:apigateway/methodSettings:MethodSettings",
    inputs,
    replacedBy: ["restApi", "stageName", "methodPath"],
    create: put,
    read: (existing) => {
      const api = restApis.find(textOutput(existing, "restApi"));
      const stageName = textOutput(existing, "stageName");
      return api?.stage(stageName) && api.throttle(stageName).get(textOutput(existing, "methodPath")) && {};
    },
    update: (_, given) => put(given),
    delete: (existing) =>
      restApis
        .restApi(textOutput(existing, "restApi"))
        .throttle(textOutput(existing, "stageName"))
        .delete(textOutput(existing, "methodPath")),
  });
}
