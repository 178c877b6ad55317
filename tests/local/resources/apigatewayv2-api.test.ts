import { afterEach, expect, test } from "@jest/globals";
import { apigatewayv2Api } from "../../../local/resources/apigatewayv2-api.ts";
import { gatewayOnFakes, stopTestApis } from "../api-gateway/websocket/serve-test-api.ts";

afterEach(stopTestApis);

const type = "aws:apigatewayv2/api:Api";
const declared = { protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" };

test("listens from its creation, and gives the provider's outputs", async () => {
  const { apis } = gatewayOnFakes();
  const { id, outputs } = await apigatewayv2Api({ webSocketApis: apis }).create({
    type,
    name: "signaling",
    inputs: declared,
  });
  expect(id).toMatch(/^[a-z0-9]{10}$/);
  expect(outputs).toEqual({
    ...declared,
    name: "signaling",
    apiEndpoint: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
    arn: `arn:aws:apigateway:us-east-1::/apis/${id}`,
    executionArn: `arn:aws:execute-api:us-east-1:000000000000:${id}`,
    apiKeySelectionExpression: "$request.header.x-api-key",
    disableExecuteApiEndpoint: false,
    ipAddressType: "ipv4",
    region: "us-east-1",
    tags: {},
    tagsAll: {},
  });
  const answer = await fetch(String(outputs.apiEndpoint).replace("ws:", "http:"));
  expect(answer.status).toBe(403);
});

test.each([
  ["an HTTP API", { ...declared, protocolType: "HTTP" }, "only WebSocket APIs are supported"],
  [
    "no route selection expression",
    { protocolType: "WEBSOCKET" },
    "input routeSelectionExpression is not supported",
  ],
  [
    "another route selection expression",
    { ...declared, routeSelectionExpression: "$request.header.x" },
    "must be $request.body.<path>",
  ],
  ["an unknown input", { ...declared, corsConfiguration: {} }, "input corsConfiguration is not supported"],
])("refuses %s", async (_, inputs, message) => {
  const { apis } = gatewayOnFakes();
  const handler = apigatewayv2Api({ webSocketApis: apis });
  await expect(handler.create({ type, name: "signaling", inputs })).rejects.toThrow(message);
  expect(apis.connections()).toEqual({});
});

test("keeps its address when it is updated, and is gone when it is deleted", async () => {
  const { apis } = gatewayOnFakes();
  const handler = apigatewayv2Api({ webSocketApis: apis });
  const created = await handler.create({ type, name: "signaling", inputs: declared });
  const updated = await handler.update(created, {
    type,
    name: "signaling",
    inputs: { ...declared, name: "renamed" },
  });
  expect(updated.outputs).toEqual({ ...created.outputs, name: "renamed" });
  await handler.delete(updated);
  await expect(fetch(String(created.outputs.apiEndpoint).replace("ws:", "http:"))).rejects.toThrow();
  await expect(handler.delete(updated)).rejects.toThrow("Invalid API identifier specified");
});
