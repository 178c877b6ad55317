import { afterEach, expect, test } from "@jest/globals";
import { stopTestApis } from "../api-gateway/websocket/serve-test-api.ts";
import { declaredApi } from "./declared-api.ts";

afterEach(stopTestApis);

test("gives the provider's outputs", async () => {
  const { apiId, integrate, declareRoute } = await declaredApi();
  const target = `integrations/${(await integrate()).id}`;
  const { outputs } = await declareRoute({
    routeKey: "SDP_OFFER",
    target,
    routeResponseSelectionExpression: "$default",
  });
  expect(outputs).toEqual({
    apiId,
    routeKey: "SDP_OFFER",
    target,
    routeResponseSelectionExpression: "$default",
    authorizationType: "NONE",
    apiKeyRequired: false,
    region: "us-east-1",
  });
});

test.each([
  [{ target: "integrations/unknown" }, "names a target that does not exist: integrations/unknown"],
  [{ target: "unknown" }, "input target is not supported"],
  [{ authorizationType: "AWS_IAM" }, "input authorizationType is not supported"],
  [{ authorizationType: "CUSTOM" }, "input authorizerId is not supported"],
  [{ routeResponseSelectionExpression: "$other" }, "routeResponseSelectionExpression is not supported"],
  [{ apiKeyRequired: true }, "input apiKeyRequired is not supported"],
  [
    { routeKey: "$connect", authorizationType: "CUSTOM", authorizerId: "unknown" },
    "names an authorizer that does not exist: unknown",
  ],
])("refuses %j", async (inputs, message) => {
  const { integrate, declareRoute } = await declaredApi();
  const target = `integrations/${(await integrate()).id}`;
  await expect(declareRoute({ routeKey: "SDP_OFFER", target, ...inputs })).rejects.toThrow(message);
});

test("has its key to itself, and an authorizer only on $connect", async () => {
  const { integrate, declareAuthorizer, declareRoute, route } = await declaredApi();
  const target = `integrations/${(await integrate()).id}`;
  const created = await declareRoute({ routeKey: "SDP_OFFER", target });
  await expect(declareRoute({ routeKey: "SDP_OFFER", target })).rejects.toThrow("already exists");
  const authorizer = { authorizationType: "CUSTOM", authorizerId: (await declareAuthorizer()).id };
  await expect(declareRoute({ routeKey: "ICE", target, ...authorizer })).rejects.toThrow(
    "Only $connect can have an authorizer",
  );
  await route.delete(created);
  await expect(declareRoute({ routeKey: "SDP_OFFER", target })).resolves.toHaveProperty("id");
});
