import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addRoute, builtApi } from "./built-api.ts";
import { type CloudParts, cloudParts, returned } from "./cloud-parts.ts";

let parts: CloudParts;
beforeEach(() => {
  parts = cloudParts();
});
afterEach(() => parts.restApis.stop());

const schema = JSON.stringify({
  $schema: "http://json-schema.org/draft-04/schema#",
  type: "object",
  properties: { role: { enum: ["MASTER", "VIEWER"] } },
  required: ["role"],
});

/** `POST /proofs`, whose JSON body must have a role, and `GET /plans`. */
const proofsApi = (contentType = "application/json") =>
  builtApi(parts, [{ path: ["plans"], method: "GET" }], (api) => {
    api.putModel({ name: "Proof", contentType: "application/json", schema });
    const requestValidatorId = api.createRequestValidator({
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    addRoute(api, {
      path: ["proofs"],
      method: "POST",
      settings: {
        requestValidatorId,
        requestModels: { [contentType]: "Proof" },
        requestParameters: {
          "method.request.header.X-Trace": true,
          "method.request.querystring.page": false,
        },
      },
    });
    api.definition.gatewayResponses.set("BAD_REQUEST_BODY", {
      responseTemplates: { "application/json": "$context.error.validationErrorString" },
      responseParameters: {},
    });
  });

const post = async (url: string, body: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/proofs`, {
    method: "POST",
    body,
    headers: { "X-Trace": "t", ...headers },
  });
  return [response.status, await response.text()];
};
const json = { "content-type": "application/json; charset=utf-8" };

describe("request validation", () => {
  test("lets a body through that matches the model", async () => {
    const { url } = await proofsApi();
    expect(await post(url, '{"role":"MASTER"}', json)).toEqual([200, '{"ok":true}']);
  });

  test("says what is wrong with a body, and does not call the function", async () => {
    const { url } = await proofsApi();
    expect(await post(url, "{}", json)).toEqual([400, '[object has missing required properties (["role"])]']);
    expect(await post(url, "{", json)).toEqual([400, "Unknown error parsing request body"]);
    expect(await post(url, "", json)).toEqual([400, "Unknown error parsing request body"]);
    expect(parts.invocations).toEqual([]);
  });

  test("validates a body without a content type as JSON", async () => {
    const { url } = await proofsApi();
    const response = await fetch(`${url}/proofs`, {
      method: "POST",
      headers: { "X-Trace": "t" },
      body: new Uint8Array([123]),
    });
    expect(response.status).toBe(400);
  });

  test("skips a body of a content type without a model, as API Gateway does", async () => {
    const { url } = await proofsApi();
    expect(await post(url, "{", { "content-type": "text/plain" })).toEqual([200, '{"ok":true}']);
    expect(await post(url, "{", { "content-type": "constructor" })).toEqual([200, '{"ok":true}']);
  });

  test("validates every content type with the $default model", async () => {
    const { url } = await proofsApi("$default");
    expect((await post(url, "{", { "content-type": "text/plain" }))[0]).toBe(400);
  });

  test("refuses a request whose required parameter is missing or blank", async () => {
    const { url } = await proofsApi();
    const missing = [400, '{"message":"Missing required request parameters: [X-Trace]"}'];
    expect(await post(url, '{"role":"MASTER"}', { ...json, "X-Trace": " " })).toEqual(missing);
  });
});

describe("routes", () => {
  test("answers an unknown path or method as a missing token", async () => {
    const { url } = await proofsApi();
    for (const response of [await fetch(`${url}/nothing`), await fetch(`${url}/proofs`), await fetch(url)]) {
      expect(response.status).toBe(403);
      expect(response.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
      expect(await response.text()).toBe('{"message":"Missing Authentication Token"}');
    }
  });

  test("answers an unknown stage as forbidden", async () => {
    const { url } = await proofsApi();
    const response = await fetch(url.replace("/v1", "/v2"));
    expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
  });
});

describe("deployments", () => {
  test("serve what was defined when they were made, until the stage gets another", async () => {
    const { api, url } = await builtApi(parts, [{ path: ["one"], method: "GET" }]);
    addRoute(api, { path: ["two"], method: "GET" });
    addRoute(api, { path: ["one"], method: "POST" });
    expect((await fetch(`${url}/two`)).status).toBe(403);
    expect((await fetch(`${url}/one`, { method: "POST" })).status).toBe(403);
    const { id } = api.createDeployment();
    expect((await fetch(`${url}/two`)).status).toBe(403);
    api.putStage({ name: "v1", deploymentId: id, variables: {} });
    expect((await fetch(`${url}/two`)).status).toBe(200);
  });

  test("are refused for an API without methods, or a method without integration", async () => {
    const api = await parts.restApis.createRestApi();
    expect(() => api.createDeployment()).toThrow("The REST API doesn't contain any methods");
    api.putMethod({
      resourceId: api.rootResourceId,
      httpMethod: "GET",
      requestModels: {},
      requestParameters: {},
    });
    expect(() => api.createDeployment()).toThrow("No integration defined for method GET /");
  });

  test("stay as long as a stage points to them", async () => {
    const { api } = await builtApi(parts, [{ path: [], method: "GET" }]);
    const deploymentId = api.createDeployment().id;
    api.putStage({ name: "next", deploymentId, variables: {} });
    expect(() => api.deleteDeployment(deploymentId)).toThrow(
      `stage next still points to deployment ${deploymentId}`,
    );
  });
});

describe("throttles", () => {
  test("let a burst through, then answer 429 until time gives tokens back", async () => {
    const { api, url } = await builtApi(parts, [
      { path: ["one"], method: "GET" },
      { path: ["two"], method: "GET" },
    ]);
    api.throttle("v1").put("*/*", { rate: 100, burst: 50 });
    api.throttle("v1").put("one/GET", { rate: 2, burst: 1 });
    expect((await fetch(`${url}/one`)).status).toBe(200);
    const refused = await fetch(`${url}/one`);
    expect([refused.status, refused.headers.get("x-amzn-errortype"), await refused.text()]).toEqual([
      429,
      "TooManyRequestsException",
      '{"message":"Too Many Requests"}',
    ]);
    expect((await fetch(`${url}/two`)).status).toBe(200);
    await parts.clock.advance(499);
    expect((await fetch(`${url}/one`)).status).toBe(429);
    await parts.clock.advance(1);
    expect((await fetch(`${url}/one`)).status).toBe(200);
  });
});

describe("gateway responses", () => {
  test("take the declared status, headers and template, or those of their default", async () => {
    const { url } = await builtApi(
      parts,
      [{ path: ["one"], method: "GET" }],
      ({ definition }) => {
        definition.gatewayResponses.set("DEFAULT_4XX", {
          responseTemplates: {
            "application/json":
              '{"m":$context.error.messageString,"t":"$context.error.responseType","p":"$context.path","v":"$stageVariables.color","none":"$context.nope"}',
          },
          responseParameters: {
            "gatewayresponse.header.Content-Type": "'application/problem+json'",
            "gatewayresponse.header.X-Origin": "method.request.header.Origin",
            "gatewayresponse.header.X-Page": "method.request.querystring.page",
          },
        });
        definition.gatewayResponses.set("DEFAULT_5XX", {
          statusCode: 599,
          responseTemplates: {},
          responseParameters: {},
        });
      },
      { variables: { color: "blue" } },
    );
    const refused = await fetch(`${url}/nothing?page=7`, { headers: { origin: "https://a.example" } });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.headers.get("x-origin")).toBe("https://a.example");
    expect(refused.headers.get("x-page")).toBe("7");
    expect(await refused.json()).toEqual({
      m: "Missing Authentication Token",
      t: "MISSING_AUTHENTICATION_TOKEN",
      p: "/v1/nothing",
      v: "blue",
      none: "",
    });
    parts.respond = () => returned("malformed");
    expect((await fetch(`${url}/one`)).status).toBe(599);
  });

  test("leave a header out that a request value would break", async () => {
    const { url } = await builtApi(parts, [{ path: ["one"], method: "GET" }], ({ definition }) => {
      definition.gatewayResponses.set("DEFAULT_4XX", {
        responseTemplates: {},
        responseParameters: { "gatewayresponse.header.X-Page": "method.request.querystring.page" },
      });
    });
    const refused = await fetch(`${url}/nothing?page=a%0d%0aSet-Cookie:%20b`);
    expect([refused.status, refused.headers.get("x-page")]).toEqual([403, null]);
  });
});

describe("the access log", () => {
  test("has one line a request, with what happened and never the query", async () => {
    const { url } = await builtApi(parts, [{ path: ["one"], method: "GET" }]);
    parts.respond = async () => {
      await parts.clock.advance(25);
      return returned({ statusCode: 201 });
    };
    await fetch(`${url}/one?proof=secret`);
    await fetch(`${url}/nothing?proof=secret`);
    expect(parts.lines).toEqual([
      {
        logGroup: "/access",
        message:
          '{"method":"GET","path":"/v1/one","resource":"/one","status":"201","latency":"25","integration":"25","error":"-","time":"1767323045678"}',
      },
      {
        logGroup: "/access",
        message:
          '{"method":"GET","path":"/v1/nothing","resource":"-","status":"403","latency":"0","integration":"-","error":"MISSING_AUTHENTICATION_TOKEN","time":"1767323045703"}',
      },
    ]);
  });
});

test("stops serving an API that was deleted, and every API when it stops", async () => {
  const one = await builtApi(parts, [{ path: [], method: "GET" }]);
  const two = await builtApi(parts, [{ path: [], method: "GET" }]);
  await parts.restApis.deleteRestApi(one.api.id);
  await expect(fetch(one.url)).rejects.toThrow("fetch failed");
  expect(() => parts.restApis.restApi(one.api.id)).toThrow(`no REST API "${one.api.id}"`);
  expect((await fetch(two.url)).status).toBe(200);
  await parts.restApis.stop();
  await expect(fetch(two.url)).rejects.toThrow("fetch failed");
});
