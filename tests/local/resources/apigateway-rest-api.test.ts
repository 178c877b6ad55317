import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { CreatedResource } from "../../../local/resources/resource-handler.ts";
import { type CloudParts, cloudParts } from "../api-gateway/rest/cloud-parts.ts";
import { restHandlers } from "../api-gateway/rest/rest-handlers.ts";

let parts: CloudParts;
let handlerOf: ReturnType<typeof restHandlers>;
let api: CreatedResource;
let rootResourceId: string;
beforeEach(async () => {
  parts = cloudParts();
  handlerOf = restHandlers(parts);
  api = await create("restApi:RestApi", { endpointConfiguration: { types: "REGIONAL" } }, "billing");
  rootResourceId = String(api.outputs.rootResourceId);
});
afterEach(() => parts.restApis.stop());

const create = (type: string, inputs: Record<string, unknown>, name = "probe") =>
  handlerOf(`aws:apigateway/${type}`).create({ type, name, inputs });
const update = (type: string, existing: CreatedResource, inputs: Record<string, unknown>) =>
  handlerOf(`aws:apigateway/${type}`).update(existing, { type, name: "probe", inputs });
const remove = (type: string, existing: CreatedResource) =>
  handlerOf(`aws:apigateway/${type}`).delete(existing);

const uri =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations";

/** `GET /plans` to a function, served by the stage `v1`. */
async function plansApi() {
  const restApi = api.id;
  const resource = await create("resource:Resource", {
    restApi,
    parentId: rootResourceId,
    pathPart: "plans",
  });
  const place = { restApi, resourceId: resource.id, httpMethod: "GET" };
  const method = await create("method:Method", { ...place, authorization: "NONE" });
  const integration = await create("integration:Integration", {
    ...place,
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    uri,
  });
  const deployment = await create("deployment:Deployment", { restApi, triggers: { routes: "1" } });
  const stage = await create("stage:Stage", { restApi, deployment: deployment.id, stageName: "v1" });
  return { resource, place, method, integration, deployment, stage, url: String(stage.outputs.invokeUrl) };
}

test("gives the ids and outputs that AWS's provider gives", async () => {
  const { resource, method, integration, deployment, stage } = await plansApi();
  const id = expect.stringMatching(/^[a-z0-9]{10}$/);
  expect(api).toEqual({
    id,
    outputs: {
      name: "billing",
      arn: `arn:aws:apigateway:us-east-1::/restapis/${api.id}`,
      executionArn: `arn:aws:execute-api:us-east-1:000000000000:${api.id}`,
      rootResourceId: id,
      createdDate: "2026-01-02T03:04:05.678Z",
      apiKeySource: "HEADER",
      binaryMediaTypes: [],
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { types: "REGIONAL" },
      tagsAll: {},
    },
  });
  expect([resource.id, resource.outputs.path]).toEqual([id, "/plans"]);
  expect(method.id).toBe(`agm-${api.id}-${resource.id}-GET`);
  expect(integration.id).toBe(`agi-${api.id}-${resource.id}-GET`);
  expect(deployment).toMatchObject({ id, outputs: { createdDate: "2026-01-02T03:04:05.678Z" } });
  expect(stage).toMatchObject({
    id: `ags-${api.id}-v1`,
    outputs: {
      arn: `arn:aws:apigateway:us-east-1::/restapis/${api.id}/stages/v1`,
      executionArn: `arn:aws:execute-api:us-east-1:000000000000:${api.id}/v1`,
      invokeUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/),
    },
  });
});

test("passes the function's own ARN on to Lambda", async () => {
  const { url } = await plansApi();
  await fetch(`${url}/plans`);
  expect(parts.invocations[0]?.functionName).toBe("arn:aws:lambda:us-east-1:000000000000:function:f");
});

test("moves a stage to a new deployment, and keeps its throttles", async () => {
  const { place, stage, url } = await plansApi();
  const { restApi } = place;
  await create("methodSettings:MethodSettings", {
    ...{ restApi, stageName: "v1", methodPath: "plans/GET" },
    settings: { throttlingRateLimit: 1, throttlingBurstLimit: 1 },
  });
  await create("method:Method", { ...place, httpMethod: "POST", authorization: "NONE" });
  await create("integration:Integration", {
    ...place,
    httpMethod: "POST",
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    uri,
  });
  const next = await create("deployment:Deployment", { restApi });
  expect((await fetch(`${url}/plans`, { method: "POST" })).status).toBe(403);
  await update("stage:Stage", stage, { restApi, deployment: next.id, stageName: "v1" });
  expect((await fetch(`${url}/plans`, { method: "POST" })).status).toBe(200);
  expect([(await fetch(`${url}/plans`)).status, (await fetch(`${url}/plans`)).status]).toEqual([200, 429]);
});

test("deletes in the reverse order until nothing is left", async () => {
  const { resource, method, integration, deployment, stage, place, url } = await plansApi();
  const settings = await create("methodSettings:MethodSettings", {
    ...{
      restApi: api.id,
      stageName: "v1",
      methodPath: "*/*",
      settings: { throttlingRateLimit: 0, throttlingBurstLimit: 0 },
    },
  });
  expect((await fetch(`${url}/plans`)).status).toBe(429);
  await remove("methodSettings:MethodSettings", settings);
  expect((await fetch(`${url}/plans`)).status).toBe(200);
  await remove("stage:Stage", stage);
  expect(await (await fetch(`${url}/plans`)).json()).toEqual({ message: "Forbidden" });
  await remove("deployment:Deployment", deployment);
  await remove("integration:Integration", integration);
  await remove("method:Method", method);
  await remove("resource:Resource", resource);
  await expect(create("method:Method", { ...place, authorization: "NONE" })).rejects.toThrow("no resource");
  await remove("restApi:RestApi", api);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test.each([
  ["restApi:RestApi", { binaryMediaTypes: ["*/*"] }, "input binaryMediaTypes is not supported"],
  ["method:Method", { authorization: "AWS_IAM" }, "input authorization is not supported"],
  ["integration:Integration", { type: "HTTP_PROXY" }, "input type is not supported"],
  [
    "integration:Integration",
    { type: "AWS_PROXY", integrationHttpMethod: "GET", uri },
    "Lambda is invoked by POST",
  ],
  [
    "integration:Integration",
    { type: "MOCK", requestTemplates: { "application/json": "#if(" } },
    "Parse error",
  ],
  ["response:Response", { responseType: "NOPE" }, "input responseType is not supported"],
  [
    "methodSettings:MethodSettings",
    { settings: { dataTraceEnabled: true } },
    "input settings.dataTraceEnabled is not",
  ],
])("refuses %s with %j, naming the resource", async (type, wrong, message) => {
  const { place, deployment } = await plansApi();
  const known: Record<string, Record<string, unknown>> = {
    "method:Method": { ...place, authorization: "NONE" },
    "integration:Integration": place,
    "response:Response": { restApiId: api.id },
    "methodSettings:MethodSettings": { restApi: api.id, stageName: "v1", methodPath: "*/*" },
    "stage:Stage": { restApi: api.id, deployment: deployment.id, stageName: "v1" },
  };
  const refused = create(type, { ...known[type], ...wrong }, "wrongOne");
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toThrow(`aws:apigateway/${type} "wrongOne": `);
});

test.each([
  ["method:Method", "httpMethod", { httpMethod: "PUT", authorization: "NONE" }],
  ["integration:Integration", "type", { type: "MOCK" }],
])("refuses to change a fixed input of %s", async (type, input, changed) => {
  const { place, method, integration } = await plansApi();
  const existing = type === "method:Method" ? method : integration;
  await expect(update(type, existing, { ...place, ...changed })).rejects.toThrow(
    `aws:apigateway/${type} "probe": ${input} cannot change: the resource must be replaced`,
  );
});

test("moves a resource, and what is below it goes along", async () => {
  const { resource } = await plansApi();
  const restApi = api.id;
  await create("resource:Resource", { restApi, parentId: resource.id, pathPart: "{plan}" });
  const moved = await update("resource:Resource", resource, {
    restApi,
    parentId: rootResourceId,
    pathPart: "offers",
  });
  expect(moved).toMatchObject({ id: resource.id, outputs: { path: "/offers" } });
  const { resources } = parts.restApis.restApi(restApi).definition;
  expect([...resources.values()].map(({ path }) => path).toSorted()).toEqual([
    "/",
    "/offers",
    "/offers/{plan}",
  ]);
  await expect(
    update("resource:Resource", resource, { restApi, parentId: resource.id, pathPart: "offers" }),
  ).rejects.toThrow("a resource cannot be below itself");
});

test("refuses new triggers for an old deployment", async () => {
  const { deployment } = await plansApi();
  await expect(
    update("deployment:Deployment", deployment, { restApi: api.id, triggers: { routes: "2" } }),
  ).rejects.toThrow("triggers cannot change: the resource must be replaced");
});
