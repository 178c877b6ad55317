import * as v from "valibot";
import { account } from "../account.ts";
import { quotas } from "../api-gateway/websocket/quotas.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const routeSettings = {
  throttlingRateLimit: v.optional(v.pipe(v.number(), v.minValue(0))),
  throttlingBurstLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** There are no metrics to detail. */
  detailedMetricsEnabled: v.optional(v.boolean()),
  dataTraceEnabled: v.optional(v.literal(false, "data trace would log what clients send.")),
  loggingLevel: v.optional(v.literal("OFF", "execution logs are not supported.")),
};

const inputs = v.strictObject({
  apiId: v.string(),
  name: v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/, "must be letters, digits, - and _.")),
  deploymentId: v.string(),
  accessLogSettings: v.optional(v.strictObject({ destinationArn: v.string(), format: v.string() })),
  defaultRouteSettings: v.optional(v.strictObject(routeSettings)),
  routeSettings: v.optional(v.array(v.strictObject({ routeKey: v.string(), ...routeSettings })), []),
  stageVariables: v.optional(recordOf(v.string(), v.string()), {}),
  autoDeploy: v.optional(v.literal(false), false),
  description: v.optional(v.string()),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

type Settings = v.InferOutput<ReturnType<typeof v.strictObject<typeof routeSettings, undefined>>>;

/** `aws:apigatewayv2/stage:Stage`: serves a deployment under `ws://127.0.0.1:PORT/<name>`. */
export function apigatewayv2Stage({ webSocketApis }: Pick<Services, "webSocketApis">): ResourceHandler {
  const put = (stage: v.InferOutput<typeof inputs>) => {
    const { apiId, name, deploymentId, accessLogSettings, stageVariables } = stage;
    const { invokeUrl, executionArn } = webSocketApis.putStage(apiId, {
      name,
      deploymentId,
      defaultThrottle: stage.defaultRouteSettings && throttle(stage.defaultRouteSettings),
      routeThrottles: Object.fromEntries(
        stage.routeSettings.map((settings) => [settings.routeKey, throttle(settings)]),
      ),
      variables: stageVariables,
      accessLog: accessLogSettings,
    });
    const arn = `arn:${account.partition}:apigateway:${account.region}::/apis/${apiId}/stages/${name}`;
    return {
      id: name,
      outputs: { ...stage, invokeUrl, executionArn, arn, region: account.region, tagsAll: stage.tags },
    };
  };
  return resourceHandler({
    type: "aws:apigatewayv2/stage:Stage",
    inputs,
    sets: ["routeSettings"],
    replacedBy: ["apiId", "name"],
    create: put,
    read: (existing) =>
      webSocketApis.has(textOutput(existing, "apiId"), "stage", existing.id) ? {} : undefined,
    update: (_, stage) => put(stage),
    delete: (existing) => webSocketApis.deleteStage(textOutput(existing, "apiId"), existing.id),
  });
}

/** The account's limits stand in for one that is not set. */
function throttle({ throttlingRateLimit, throttlingBurstLimit }: Settings) {
  const { rate, burst } = quotas.accountThrottle;
  return { rate: throttlingRateLimit ?? rate, burst: throttlingBurstLimit ?? burst };
}
