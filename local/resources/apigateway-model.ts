import * as v from "valibot";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const inputs = v.strictObject({
  restApi: v.string(),
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9]+$/, "must be alphanumeric")),
  contentType: v.string(),
  description: v.optional(v.string()),
  /** JSON Schema draft 4, as JSON. */
  schema: v.string(),
});

/** The shape of a body. Creation fails when the schema is not valid JSON Schema draft 4. */
export function apigatewayModel({ restApis }: Pick<Services, "restApis">): ResourceHandler {
  const put = ({ restApi, name, contentType, schema }: v.InferOutput<typeof inputs>) =>
    restApis.restApi(restApi).putModel({ name, contentType, schema });
  return resourceHandler({
    type: "aws:apigateway/model:Model",
    inputs,
    replacedBy: ["restApi", "name", "contentType"],
    create: (given) => ({ id: put(given), outputs: { ...given } }),
    read: (existing) => {
      const models = restApis.find(textOutput(existing, "restApi"))?.definition.models;
      const model = models?.get(textOutput(existing, "name"));
      return model && { schema: model.schema };
    },
    update: (existing, given) => {
      put(given);
      return { id: existing.id, outputs: { ...given } };
    },
    delete: (existing) => {
      const { definition } = restApis.restApi(textOutput(existing, "restApi"));
      definition.models.delete(textOutput(existing, "name"));
    },
  });
}
