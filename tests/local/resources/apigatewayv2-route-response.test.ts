import { afterEach, expect, test } from "@jest/globals";
import { stopTestApis } from "../api-gateway/websocket/serve-test-api.ts";
import { declaredApi } from "./declared-api.ts";

afterEach(stopTestApis);

test("gives the provider's outputs, and goes with its route", async () => {
  const { apiId, integrate, declareRoute, respond, route, routeResponse } = await declaredApi();
  const created = await declareRoute({
    routeKey: "SDP_OFFER",
    target: `integrations/${(await integrate()).id}`,
  });
  const response = await respond({ routeId: created.id });
  expect(response.outputs).toEqual({
    apiId,
    routeId: created.id,
    routeResponseKey: "$default",
    region: "us-east-1",
  });
  await route.delete(created);
  await expect(routeResponse.delete(response)).resolves.toBeUndefined();
});

test("refuses a route that does not exist, and a key other than $default", async () => {
  const { respond } = await declaredApi();
  await expect(respond({ routeId: "unknown" })).rejects.toThrow(
    "Invalid Route identifier specified: unknown",
  );
  await expect(respond({ routeId: "r", routeResponseKey: "200" })).rejects.toThrow(
    "$default route responses",
  );
});
