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

test("another status in place of a method response fails where there is none, and else changes that one", async () => {
  const update = (existing: CreatedResource, inputs: object) =>
    restHandlers(parts)("aws:apigateway/methodResponse:MethodResponse").update(existing, {
      ...{ type: "aws:apigateway/methodResponse:MethodResponse", name: "probe" },
      inputs: { ...place, ...inputs },
    });
  const statuses = () => [...parts.restApis.restApi(place.restApi).definition.methodResponses.keys()];
  const first = await create("methodResponse:MethodResponse", { statusCode: "200" });
  await expect(update(first, { statusCode: "204" })).rejects.toThrow(
    "statusCode cannot change to 204, of which there is no method response to update",
  );
  await create("methodResponse:MethodResponse", { statusCode: "204" });
  const moved = await update(first, { statusCode: "204" });
  expect([moved.id, moved.outputs.statusCode]).toEqual([first.id, "204"]);
  expect(statuses()).toEqual(["200", "204"].map((status) => `${place.resourceId} OPTIONS ${status}`));
});

test("another status of an integration response is one more, and the old one stays", async () => {
  await create("integration:Integration", mock);
  for (const statusCode of ["200", "204"]) await create("methodResponse:MethodResponse", { statusCode });
  const type = "aws:apigateway/integrationResponse:IntegrationResponse";
  const first = await create("integrationResponse:IntegrationResponse", { statusCode: "200" });
  const inputs = { ...place, statusCode: "204" };
  const moved = await restHandlers(parts)(type).update(first, { type, name: "probe", inputs });
  expect([moved.id, moved.outputs.statusCode]).toEqual([first.id, "204"]);
  const { integrationResponses } = parts.restApis.restApi(place.restApi).definition;
  expect([...integrationResponses.keys()]).toEqual(
    ["200", "204"].map((status) => `${place.resourceId} OPTIONS ${status}`),
  );
  await remove("integrationResponse:IntegrationResponse", moved);
  expect([...integrationResponses.keys()]).toEqual([`${place.resourceId} OPTIONS 200`]);
});
