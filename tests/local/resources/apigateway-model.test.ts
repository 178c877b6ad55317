import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { apigatewayMethod } from "../../../local/resources/apigateway-method.ts";
import { apigatewayModel } from "../../../local/resources/apigateway-model.ts";
import { apigatewayRequestValidator } from "../../../local/resources/apigateway-request-validator.ts";
import { type CloudParts, cloudParts } from "../api-gateway/rest/cloud-parts.ts";

let parts: CloudParts;
let restApi: string;
let resourceId: string;
beforeEach(async () => {
  parts = cloudParts();
  ({ id: restApi, rootResourceId: resourceId } = await parts.restApis.createRestApi());
});
afterEach(() => parts.restApis.stop());

const model = (schema: string, name = "Proof") =>
  apigatewayModel(parts).create({
    type: "aws:apigateway/model:Model",
    name: "ProofRequest",
    inputs: { restApi, name, contentType: "application/json", schema },
  });

test("makes a model that a method can name", async () => {
  const { id, outputs } = await model('{"type":"object"}');
  expect(id).toMatch(/^[a-z0-9]{10}$/);
  expect(outputs).toEqual({
    ...{ restApi, name: "Proof", contentType: "application/json" },
    schema: '{"type":"object"}',
  });
  const validator = await apigatewayRequestValidator(parts).create({
    type: "aws:apigateway/requestValidator:RequestValidator",
    name: "billing",
    inputs: { restApi, validateRequestBody: true },
  });
  expect(validator.outputs).toEqual({
    ...{ restApi, name: "billing", validateRequestBody: true, validateRequestParameters: false },
  });
  const method = (inputs: Record<string, unknown>) =>
    apigatewayMethod(parts).create({
      type: "aws:apigateway/method:Method",
      name: "post",
      inputs: { restApi, resourceId, httpMethod: "POST", authorization: "NONE", ...inputs },
    });
  await expect(method({ requestModels: { "application/json": "Nope" } })).rejects.toThrow('no model "Nope"');
  await expect(method({ requestValidatorId: "nope" })).rejects.toThrow('no request validator "nope"');
  await expect(
    method({ requestModels: { "application/json": "Proof" }, requestValidatorId: validator.id }),
  ).resolves.toMatchObject({ id: `agm-${restApi}-${resourceId}-POST` });
});

test.each([
  ["{", "Expected property name"],
  ['{"const":1}', "#/const: the keyword is not in JSON Schema draft 4"],
  ['{"type":"text"}', "schema is invalid"],
])("refuses the schema %s, naming the resource", async (schema, message) => {
  await expect(model(schema)).rejects.toThrow(message);
  await expect(model(schema)).rejects.toThrow('aws:apigateway/model:Model "ProofRequest": ');
});

test("refuses a name that is not alphanumeric", async () => {
  await expect(model("{}", "proof-request")).rejects.toThrow("must be alphanumeric");
});
