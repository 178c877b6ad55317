import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

/** One segment of a REST API's path. */
export function apigatewayResource({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  return resourceHandler({
    type: "aws:apigateway/resource:Resource",
    inputs: v.strictObject({ restApi: v.string(), parentId: v.string(), pathPart: v.string() }),
    replacedBy: ["restApi"],
    renewed: ["path"],
    create: (inputs) => {
      const { id, path } = restApis.restApi(inputs.restApi).createResource(inputs.parentId, inputs.pathPart);
      return { id, outputs: { ...inputs, path } };
    },
    read: (existing) => {
      const resources = restApis.find(textOutput(existing, "restApi"))?.definition.resources;
      const resource = resources?.get(existing.id);
      return resource && { path: resource.path };
    },
    update: ({ id }, inputs) => {
      const { path } = restApis.restApi(inputs.restApi).moveResource(id, inputs.parentId, inputs.pathPart);
      return { id, outputs: { ...inputs, path } };
    },
    delete: (existing) => restApis.restApi(textOutput(existing, "restApi")).deleteResource(existing.id),
  });
}
