import { restMethod, restModel, restValidator } from "../aws.ts";
import { parsedObject } from "../parsed-object.ts";
import { eachOf, stackRule, type Violation } from "../rule.ts";

export const restRequestIsValidated = stackRule({
  name: "rest-request-is-validated",
  holds:
    "Every method of a REST API that takes a body has a model with a schema, and a validator that checks body and parameters.",
  why: "A body that cannot be right is refused before it starts, and is billed to, a function.",
  elsewhere: ["AwsSolutions-APIG2", "CKV2_AWS_53"],
  violationsOf: (stack) => [
    ...stack
      .ofType(restMethod)
      .filter((method) => ["POST", "PUT", "PATCH", "ANY"].includes(method.text("httpMethod")))
      .flatMap((resource): Violation[] =>
        ["requestValidatorId", "requestModels"]
          .filter((input) => !resource.has(input))
          .map((input) => ({ resource, message: `Set ${input}.` })),
      ),
    ...eachOf(
      stack
        .ofType(restModel)
        .filter((model) => model.isKnown("schema") && !parsedObject(model, "schema")?.has("properties")),
      "Set schema, a JSON Schema with properties.",
    ),
    ...stack
      .ofType(restValidator)
      .flatMap((resource): Violation[] =>
        ["validateRequestBody", "validateRequestParameters"]
          .filter((input) => !resource.is(input, true))
          .map((input) => ({ resource, message: `Set ${input}: true.` })),
      ),
  ],
});
