import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { CreatedResource } from "../../../local/resources/resource-handler.ts";
import { type CloudParts, cloudParts } from "../api-gateway/rest/cloud-parts.ts";
import { restHandlers } from "../api-gateway/rest/rest-handlers.ts";

let parts: CloudParts;
let place: { restApi: string; resourceId: string; httpMethod: string };
beforeEach(async () => {
  parts = cloudParts();
  const { id, rootResourceId } = await parts.restApis.createRestApi();
  place = { restApi: id, resourceId: rootResourceId, httpMethod: "OPTIONS" };
  await create("method:Method", { authorization: "NONE" });
});
afterEach(() => parts.restApis.stop());

const create = (type: string, inputs: Record<string, unknown>) =>
  restHandlers(parts)(`aws:apigateway/${type}`).create({
    type,
    name: "probe",
    inputs: { ...place, ...inputs },
  });
const remove = (type: string, existing: CreatedResource) =>
  restHandlers(parts)(`aws:apigateway/${type}`).delete(existing);

const mock = { type: "MOCK", requestTemplates: { "application/json": '{"statusCode":204}' } };
const vary = { "method.response.header.Vary": "'Origin'" };

test("needs an integration, and a method response that declares its headers", async () => {
  const respond = () =>
    create("integrationResponse:IntegrationResponse", { statusCode: "204", responseParameters: vary });
  await expect(respond()).rejects.toThrow('"probe": no integration');
  await create("integration:Integration", mock);
  await expect(respond()).rejects.toThrow('"probe": no method response');
  await create("methodResponse:MethodResponse", { statusCode: "204" });
  await expect(respond()).rejects.toThrow(
    "Invalid mapping expression parameter specified: method.response.header.Vary",
  );
  const methodResponse = await create("methodResponse:MethodResponse", {
    statusCode: "204",
    responseParameters: { "method.response.header.Vary": true },
  });
  const response = await respond();
  expect([methodResponse.id, response.id]).toEqual([
    `agmr-${place.restApi}-${place.resourceId}-OPTIONS-204`,
    `agir-${place.restApi}-${place.resourceId}-OPTIONS-204`,
  ]);
  await remove("integrationResponse:IntegrationResponse", response);
  await remove("methodResponse:MethodResponse", methodResponse);
  await expect(respond()).rejects.toThrow("no method response");
});

test("takes static values in single quotes only", async () => {
  await create("integration:Integration", mock);
  await create("methodResponse:MethodResponse", { statusCode: "204" });
  await expect(
    create("integrationResponse:IntegrationResponse", {
      statusCode: "204",
      responseParameters: { "method.response.header.Vary": "Origin" },
    }),
  ).rejects.toThrow("only static values, in single quotes");
});
