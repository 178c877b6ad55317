import * as v from "valibot";
import { account } from "../account.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApi: v.string(),
  deployment: v.string(),
  stageName: v.string(),
  description: v.optional(v.string()),
  xrayTracingEnabled: v.optional(v.boolean(), false),
  variables: v.optional(recordOf(v.string(), v.string()), {}),
  accessLogSettings: v.optional(
    v.strictObject({
      destinationArn: v.string(),
      format: v.pipe(
        v.string(),
        v.regex(/\$context\.(requestId|extendedRequestId)\b/, "must contain $context.requestId"),
      ),
    }),
  ),
  tags: v.optional(recordOf(v.string(), v.string())),
});

/** A named URL of a deployment, with its access log. */
export function apigatewayStage({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    const { restApi, deployment, stageName, variables, accessLogSettings, xrayTracingEnabled } = given;
    const api = restApis.restApi(restApi);
    const invokeUrl = api.putStage({
      ...{ name: stageName, deploymentId: deployment, variables, isTraced: xrayTracingEnabled },
      accessLog: accessLogSettings && restApis.accessLogOf(accessLogSettings),
    });
    return {
      id: `ags-${restApi}-${stageName}`,
      outputs: {
        ...given,
        arn: `arn:${account.partition}:apigateway:${account.region}::/restapis/${restApi}/stages/${stageName}`,
        executionArn: `${api.executionArn}/${stageName}`,
        invokeUrl,
        webAclArn: "",
        tagsAll: given.tags ?? {},
      },
    };
  };
  return resourceHandler({
    type: "aws:apigateway/stage:Stage",
    inputs,
    replacedBy: ["restApi", "stageName"],
    create: put,
    read: (existing) => {
      const stage = restApis.find(textOutput(existing, "restApi"))?.stage(textOutput(existing, "stageName"));
      return stage && { deployment: stage.deploymentId, variables: stage.variables };
    },
    update: (_, given) => put(given),
    delete: (existing) =>
      restApis.restApi(textOutput(existing, "restApi")).deleteStage(textOutput(existing, "stageName")),
  });
}
