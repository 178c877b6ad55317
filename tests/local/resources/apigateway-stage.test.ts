import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { apigatewayMethodSettings } from "../../../local/resources/apigateway-method-settings.ts";
import { apigatewayResponse } from "../../../local/resources/apigateway-response.ts";
import { apigatewayStage } from "../../../local/resources/apigateway-stage.ts";
import { builtApi } from "../api-gateway/rest/built-api.ts";
import { type CloudParts, cloudParts } from "../api-gateway/rest/cloud-parts.ts";

let parts: CloudParts;
let restApi: string;
let deployment: string;
beforeEach(async () => {
  parts = cloudParts();
  const { api } = await builtApi(parts, [{ path: ["plans"], method: "GET" }]);
  restApi = api.id;
  deployment = api.createDeployment().id;
});
afterEach(() => parts.restApis.stop());

const stage = (inputs: Record<string, unknown>) =>
  apigatewayStage(parts).create({
    type: "aws:apigateway/stage:Stage",
    name: "billing",
    inputs: { restApi, deployment, stageName: "next", ...inputs },
  });

test("writes its access log to the log group of its ARN", async () => {
  const { outputs } = await stage({
    accessLogSettings: {
      destinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:/access:*",
      format: "$context.requestId $context.status",
    },
  });
  await fetch(`${outputs.invokeUrl}/plans`);
  expect(parts.lines).toEqual([
    { logGroup: "/access", message: expect.stringMatching(/^[0-9a-f-]{36} 200$/) },
  ]);
});

test.each([
  [{ deployment: "nope" }, 'no deployment "nope"'],
  [{ stageName: "a b" }, 'stage name "a b" is wrong'],
  [
    {
      accessLogSettings: {
        destinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:/nope",
        format: "$context.requestId",
      },
    },
    'the access log\'s log group "/nope" does not exist',
  ],
  [
    {
      accessLogSettings: {
        destinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:/access",
        format: "$context.status",
      },
    },
    "must contain $context.requestId",
  ],
  [{ cacheClusterEnabled: true }, "input cacheClusterEnabled is not supported"],
])("refuses %j", async (inputs, message) => {
  await expect(stage(inputs)).rejects.toThrow(message);
});

test("has no settings for a method path of another form, or for a stage that is not there", async () => {
  const settings = (stageName: string, methodPath: string) =>
    apigatewayMethodSettings(parts).create({
      type: "aws:apigateway/methodSettings:MethodSettings",
      name: "billing",
      inputs: { restApi, stageName, methodPath, settings: { metricsEnabled: true, dataTraceEnabled: false } },
    });
  await expect(settings("v1", "plans/GET")).resolves.toMatchObject({ id: `${restApi}-v1-plans/GET` });
  await expect(settings("v1", "a/plans/GET")).rejects.toThrow('method path "a/plans/GET" is wrong');
  await expect(settings("v9", "*/*")).rejects.toThrow('no stage "v9"');
});

test("words a refusal as declared, from the next deployment on, until it is deleted", async () => {
  const handler = apigatewayResponse(parts);
  const response = await handler.create({
    type: handler.type,
    name: "unknown",
    inputs: {
      ...{ restApiId: restApi, responseType: "MISSING_AUTHENTICATION_TOKEN", statusCode: "404" },
      responseTemplates: { "application/json": "gone" },
    },
  });
  expect(response.id).toBe(`aggr-${restApi}-MISSING_AUTHENTICATION_TOKEN`);
  const api = parts.restApis.restApi(restApi);
  const refusal = async () => {
    const url = api.putStage({ name: "next", deploymentId: api.createDeployment().id, variables: {} });
    const answer = await fetch(`${url}/nothing`);
    return [answer.status, await answer.text()];
  };
  expect(await refusal()).toEqual([404, "gone"]);
  await handler.delete(response);
  expect(await refusal()).toEqual([403, '{"message":"Missing Authentication Token"}']);
});
