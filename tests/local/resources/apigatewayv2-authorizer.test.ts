import { afterEach, expect, test } from "@jest/globals";
import { invokeArn, stopTestApis } from "../api-gateway/websocket/serve-test-api.ts";
import { declaredApi } from "./declared-api.ts";

afterEach(stopTestApis);

test("gives the provider's outputs", async () => {
  const { apiId, declareAuthorizer } = await declaredApi();
  const { id, outputs } = await declareAuthorizer();
  expect(id).toMatch(/^[a-z0-9]{7}$/);
  expect(outputs).toEqual({
    apiId,
    authorizerType: "REQUEST",
    authorizerUri: invokeArn("authorizer"),
    identitySources: ["route.request.querystring.proof"],
    name: "signaling",
    authorizerResultTtlInSeconds: 0,
    region: "us-east-1",
  });
});

test.each([
  [{ authorizerType: "JWT" }, "REQUEST authorizers only"],
  [{ authorizerUri: "arn:aws:lambda:us-east-1:000000000000:function:authorizer" }, "invoke ARN"],
  [{ identitySources: ["context.requestId"] }, "identity source context.requestId is not supported"],
  [{ enableSimpleResponses: true }, "input enableSimpleResponses is not supported"],
  [{ apiId: "unknown" }, "Invalid API identifier specified: unknown"],
])("refuses %j", async (inputs, message) => {
  const { declareAuthorizer } = await declaredApi();
  await expect(declareAuthorizer(inputs)).rejects.toThrow(message);
});

test("cannot be deleted while a route uses it", async () => {
  const { authorizer, route, declareAuthorizer, declareRoute, integrate } = await declaredApi();
  const created = await declareAuthorizer();
  const connect = await declareRoute({
    routeKey: "$connect",
    target: `integrations/${(await integrate()).id}`,
    authorizationType: "CUSTOM",
    authorizerId: created.id,
  });
  await expect(authorizer.delete(created)).rejects.toThrow("route $connect uses it");
  await route.delete(connect);
  await expect(authorizer.delete(created)).resolves.toBeUndefined();
});

test("is limited to 10 an API", async () => {
  const { declareAuthorizer } = await declaredApi();
  for (let count = 0; count < 10; count++) await declareAuthorizer();
  await expect(declareAuthorizer()).rejects.toThrow("at most 10 authorizers");
});
