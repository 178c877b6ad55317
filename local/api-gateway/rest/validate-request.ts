import type { ApiDefinition } from "./api-definition.ts";
import type { Refusal } from "./gateway-responses.ts";
import { type BodyValidator, compileDraft4 } from "./json-schema-draft-4.ts";
import type { RouteMatch } from "./match-route.ts";
import { headerValue, mediaType, queryParameters, type ReceivedRequest } from "./received-request.ts";

/** The refusal of a request that its method's validator does not accept. */
export interface RequestValidation {
  parameters(match: RouteMatch, request: ReceivedRequest): Refusal | undefined;
  body(match: RouteMatch, request: ReceivedRequest, body: string): Refusal | undefined;
}

/**
 * Request validation as API Gateway does it
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html):
 * required parameters must be there and not blank; the body must match the model of its content type, or the
 * `$default` model. A body of a content type that has no model is not validated.
 */
export function requestValidation(definition: ApiDefinition): RequestValidation {
  const models = new Map([...definition.models].map(([name, { schema }]) => [name, compileDraft4(schema)]));
  const validatorOf = ({ method }: RouteMatch) =>
    method.requestValidatorId === undefined
      ? undefined
      : definition.requestValidators.get(method.requestValidatorId);

  return {
    parameters(match, request) {
      if (!validatorOf(match)?.validateRequestParameters) return undefined;
      const missing = Object.entries(match.method.requestParameters)
        .filter(([parameter, required]) => required && !parameterValue(parameter, match, request)?.trim())
        .map(([parameter]) => parameter.split(".").slice(3).join("."));
      if (missing.length === 0) return undefined;
      return {
        responseType: "BAD_REQUEST_PARAMETERS",
        message: `Missing required request parameters: [${missing.join(", ")}]`,
      };
    },
    body(match, request, body) {
      if (!validatorOf(match)?.validateRequestBody) return undefined;
      const { requestModels } = match.method;
      const type = mediaType(request);
      const name = Object.hasOwn(requestModels, type) ? requestModels[type] : requestModels.$default;
      const model = name === undefined ? undefined : models.get(name);
      const validationErrorString = model && validateBody(model, body);
      return validationErrorString === undefined
        ? undefined
        : { responseType: "BAD_REQUEST_BODY", validationErrorString };
    },
  };
}

function validateBody(model: BodyValidator, body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "Unknown error parsing request body";
  }
  return model(value);
}

/** `parameter` is `method.request.<header|querystring|path>.<name>`. */
function parameterValue(parameter: string, match: RouteMatch, request: ReceivedRequest): string | undefined {
  const [, , place, ...rest] = parameter.split(".");
  const name = rest.join(".");
  if (place === "header") return headerValue(request, name);
  if (place === "querystring") return queryParameters(request).get(name)?.at(-1);
  return Object.hasOwn(match.pathParameters, name) ? match.pathParameters[name] : undefined;
}
