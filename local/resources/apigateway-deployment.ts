import * as v from "valibot";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

/** A snapshot of a REST API, made when the resource is created. New triggers need a new deployment. */
export function apigatewayDeployment({
  restApis,
  clock,
}: Pick<Services, "restApis" | "clock">): ResourceHandler {
  return resourceHandler({
    type: "aws:apigateway/deployment:Deployment",
    inputs: v.strictObject({
      restApi: v.string(),
      description: v.optional(v.string()),
      triggers: v.optional(recordOf(v.string(), v.string())),
    }),
    replacedBy: ["restApi", "triggers"],
    create: (given) => ({
      id: restApis.restApi(given.restApi).createDeployment().id,
      outputs: { ...given, createdDate: new Date(clock.now()).toISOString() },
    }),
    read: (existing) =>
      restApis.find(textOutput(existing, "restApi"))?.hasDeployment(existing.id) ? {} : undefined,
    update: ({ id, outputs }, given) => ({ id, outputs: { ...outputs, ...given } }),
    delete: (existing) => restApis.restApi(textOutput(existing, "restApi")).deleteDeployment(existing.id),
  });
}
