import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApi: v.string(),
  name: v.optional(v.string()),
  validateRequestBody: v.optional(v.boolean(), false),
  validateRequestParameters: v.optional(v.boolean(), false),
});

/** Which parts of a request are checked before its integration. */
export function apigatewayRequestValidator({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const outputs = (given: v.InferOutput<typeof inputs>, logicalName: string) => ({
    ...given,
    name: given.name ?? logicalName,
  });
  return resourceHandler({
    type: "aws:apigateway/requestValidator:RequestValidator",
    inputs,
    replacedBy: ["restApi"],
    create: (given, name) => ({
      id: restApis.restApi(given.restApi).createRequestValidator(given),
      outputs: outputs(given, name),
    }),
    read: (existing) => {
      const validators = restApis.find(textOutput(existing, "restApi"))?.definition.requestValidators;
      const validator = validators?.get(existing.id);
      return validator && { ...validator };
    },
    update: ({ id }, given, name) => {
      restApis.restApi(given.restApi).definition.requestValidators.set(id, given);
      return { id, outputs: outputs(given, name) };
    },
    delete: (existing) => {
      const { definition } = restApis.restApi(textOutput(existing, "restApi"));
      definition.requestValidators.delete(existing.id);
    },
  });
}
