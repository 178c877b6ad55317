import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

/** The schema of a model of API Gateway's, which reads JSON Schema draft 4: there no list of required members is empty. */
export function requestModel(schema: GenericSchema): string {
  const model = toJsonSchema(schema, {
    errorMode: "ignore",
    overrideSchema: ({ jsonSchema: { required, ...rest } }) => ({
      ...rest,
      ...(required && required.length > 0 && { required }),
    }),
  });
  return JSON.stringify({ ...model, $schema: "http://json-schema.org/draft-04/schema#" });
}
