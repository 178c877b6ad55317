import { afterEach, expect, test } from "@jest/globals";
import { invokeArn, stopTestApis } from "../api-gateway/websocket/serve-test-api.ts";
import { declaredApi } from "./declared-api.ts";

afterEach(stopTestApis);

test("gives the provider's outputs", async () => {
  const { apiId, integrate } = await declaredApi();
  expect((await integrate()).outputs).toEqual({
    apiId,
    integrationType: "AWS_PROXY",
    integrationUri: invokeArn("relay"),
    integrationMethod: "POST",
    connectionType: "INTERNET",
    passthroughBehavior: "WHEN_NO_MATCH",
    payloadFormatVersion: "1.0",
    timeoutMilliseconds: 29_000,
    integrationResponseSelectionExpression: `\${integration.response.statuscode}`,
    region: "us-east-1",
  });
});

test.each([
  [{ integrationType: "HTTP_PROXY" }, "only Lambda proxy integrations"],
  [{ integrationUri: "https://example.com" }, "must be a function's invoke ARN"],
  [{ timeoutMilliseconds: 29_001 }, "between 50 and 29000"],
  [{ timeoutMilliseconds: 49 }, "between 50 and 29000"],
  [{ requestTemplates: {} }, "input requestTemplates is not supported"],
])("refuses %j", async (inputs, message) => {
  const { integrate } = await declaredApi();
  await expect(integrate(inputs)).rejects.toThrow(message);
});

test("cannot be deleted while a route uses it", async () => {
  const { integration, route, integrate, declareRoute } = await declaredApi();
  const created = await integrate();
  const user = await declareRoute({ routeKey: "SDP_OFFER", target: `integrations/${created.id}` });
  await expect(integration.delete(created)).rejects.toThrow("route SDP_OFFER uses it");
  await route.delete(user);
  await expect(integration.delete(created)).resolves.toBeUndefined();
});
