import { afterEach, expect, test } from "@jest/globals";
import { connect, logGroupArn, refusal, stopTestApis } from "../api-gateway/websocket/serve-test-api.ts";
import { declaredApi } from "./declared-api.ts";

afterEach(stopTestApis);

async function deployed() {
  const declared = await declaredApi();
  const { integrate, declareRoute, respond, deploy, handlers } = declared;
  handlers.set("relay", ({ body }) => ({ statusCode: 200, body }));
  const target = `integrations/${(await integrate()).id}`;
  const route = await declareRoute({
    routeKey: "$default",
    target,
    routeResponseSelectionExpression: "$default",
  });
  await respond({ routeId: route.id });
  return { ...declared, deploymentId: (await deploy()).id };
}

test("serves its deployment at invokeUrl, and gives the provider's outputs", async () => {
  const { apiId, api, declareStage, deploymentId } = await deployed();
  const accessLogSettings = { destinationArn: logGroupArn, format: "$context.requestId" };
  const settings = {
    throttlingRateLimit: 100,
    throttlingBurstLimit: 50,
    detailedMetricsEnabled: true,
    dataTraceEnabled: false,
  };
  const { id, outputs } = await declareStage({
    deploymentId,
    accessLogSettings,
    defaultRouteSettings: settings,
    routeSettings: [{ routeKey: "$default", ...settings }],
  });
  expect(id).toBe("v1");
  expect(outputs).toEqual({
    apiId,
    name: "v1",
    deploymentId,
    accessLogSettings,
    defaultRouteSettings: settings,
    routeSettings: [{ routeKey: "$default", ...settings }],
    stageVariables: {},
    autoDeploy: false,
    tags: {},
    tagsAll: {},
    invokeUrl: `${api.outputs.apiEndpoint}/v1`,
    executionArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/v1`,
    arn: `arn:aws:apigateway:us-east-1::/apis/${apiId}/stages/v1`,
    region: "us-east-1",
  });
  const client = await connect(String(outputs.invokeUrl));
  client.socket.send("hello");
  expect(await client.received(1)).toEqual(["hello"]);
});

test("throttles by the settings it is given, at creation and after an update", async () => {
  const { declareStage, stage, deploymentId, apiId } = await deployed();
  const inputs = (burst: number) => ({
    apiId,
    name: "v1",
    deploymentId,
    routeSettings: [{ routeKey: "$default", throttlingBurstLimit: burst, throttlingRateLimit: 1 }],
  });
  const created = await declareStage(inputs(1));
  const client = await connect(String(created.outputs.invokeUrl));
  client.socket.send("one");
  client.socket.send("two");
  expect((await client.received(2)).join()).toContain("Too Many Requests");
  await stage.update(created, { type: stage.type, name: "signaling", inputs: inputs(10) });
  client.socket.send("three");
  expect((await client.received(3))[2]).toBe("three");
});

test("ends its connections when it is deleted", async () => {
  const { declareStage, stage, deploymentId } = await deployed();
  const created = await declareStage({ deploymentId });
  const client = await connect(String(created.outputs.invokeUrl));
  await stage.delete(created);
  expect((await client.closed).code).toBe(1001);
  expect((await refusal(String(created.outputs.invokeUrl))).status).toBe(403);
});

test.each([
  [{ deploymentId: "unknown" }, "Invalid deployment identifier specified: unknown"],
  [{ name: "v 1" }, "input name is not supported"],
  [{ autoDeploy: true }, "input autoDeploy is not supported"],
  [{ defaultRouteSettings: { dataTraceEnabled: true } }, "data trace would log what clients send"],
  [{ routeSettings: [{ routeKey: "unknown" }] }, "a route that is not deployed: unknown"],
  [
    { accessLogSettings: { destinationArn: `${logGroupArn}-other`, format: "x" } },
    'log group "/synapse-d/test/access-other" does not exist',
  ],
  [{ accessLogSettings: { destinationArn: "arn:aws:s3:::bucket", format: "x" } }, "not a log group's ARN"],
  [{ accessLogSettings: { destinationArn: logGroupArn, format: "x".repeat(3073) } }, "over 3 KB"],
])("refuses %j", async (inputs, message) => {
  const { declareStage, deploymentId } = await deployed();
  await expect(declareStage({ deploymentId, ...inputs })).rejects.toThrow(message);
});
