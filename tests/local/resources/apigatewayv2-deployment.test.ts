import { afterEach, expect, test } from "@jest/globals";
import { stopTestApis } from "../api-gateway/websocket/serve-test-api.ts";
import { declaredApi } from "./declared-api.ts";

afterEach(stopTestApis);

test("gives the provider's outputs, and cannot be deleted while a stage serves it", async () => {
  const { apiId, integrate, declareRoute, deploy, declareStage, deployment, stage } = await declaredApi();
  await declareRoute({ routeKey: "SDP_OFFER", target: `integrations/${(await integrate()).id}` });
  const created = await deploy({ triggers: { routes: "[]" } });
  expect(created.outputs).toEqual({
    apiId,
    triggers: { routes: "[]" },
    autoDeployed: false,
    region: "us-east-1",
  });
  const serving = await declareStage({ deploymentId: created.id });
  await expect(deployment.delete(created)).rejects.toThrow("stage v1 serves it");
  await stage.delete(serving);
  await expect(deployment.delete(created)).resolves.toBeUndefined();
});

test("refuses an API without a route", async () => {
  const { deploy } = await declaredApi();
  await expect(deploy()).rejects.toThrow("At least one route is required before deploying the Api.");
});
