import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const inputs = v.strictObject({ restApiId: v.string(), policy: v.string() });

/** `aws:apigateway/restApiPolicy:RestApiPolicy`: who may call a REST API. It holds from the next deployment on. */
export function apigatewayRestApiPolicy({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = (given: v.InferOutput<typeof inputs>) => {
    restApis.restApi(given.restApiId).putPolicy(given.policy);
    return { id: given.restApiId, outputs: { ...given } };
  };
  return resourceHandler({
    type: "aws:apigateway/restApiPolicy:RestApiPolicy",
    inputs,
    replacedBy: ["restApiId"],
    create: put,
    read: ({ id }) => {
      const policy = restApis.find(id)?.definition.policy;
      return policy === undefined ? undefined : { policy };
    },
    update: (_, given) => put(given),
    delete: ({ id }) => restApis.find(id)?.putPolicy(undefined),
  });
}
