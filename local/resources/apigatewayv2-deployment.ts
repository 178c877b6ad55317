import * as v from "valibot";
import { account } from "../account.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  apiId: v.string(),
  description: v.optional(v.string()),
  /** A change of these replaces the deployment, so an update never captures the API anew. */
  triggers: v.optional(recordOf(v.string(), v.string())),
});

/** `aws:apigatewayv2/deployment:Deployment`: the API as it is at this moment, for a stage to serve. */
export function apigatewayv2Deployment({ webSocketApis }: Pick<Services, "webSocketApis">): ResourceHandler {
  const outputs = (deployment: v.InferOutput<typeof inputs>) => ({
    ...deployment,
    autoDeployed: false,
    region: account.region,
  });
  return resourceHandler({
    type: "aws:apigatewayv2/deployment:Deployment",
    inputs,
    replacedBy: ["apiId", "triggers"],
    create: (deployment) => ({
      id: webSocketApis.createDeployment(deployment.apiId),
      outputs: outputs(deployment),
    }),
    read: (existing) =>
      webSocketApis.has(textOutput(existing, "apiId"), "deployment", existing.id) ? {} : undefined,
    update: ({ id }, deployment) => ({ id, outputs: outputs(deployment) }),
    delete: (existing) => webSocketApis.deleteDeployment(textOutput(existing, "apiId"), existing.id),
  });
}
