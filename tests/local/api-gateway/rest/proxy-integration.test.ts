import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AwsError } from "../../../../local/aws-error.ts";
import { builtApi } from "./built-api.ts";
import { type CloudParts, cloudParts, returned } from "./cloud-parts.ts";
import { hostOf, sendRaw } from "./raw-http.ts";

let parts: CloudParts;
beforeEach(() => {
  parts = cloudParts();
});
afterEach(() => parts.restApis.stop());

const routes = [{ path: ["channels", "{name}"], method: "POST" }];

describe("the event", () => {
  test("has every member of a proxy event, and nothing of its own", async () => {
    const { api, url } = await builtApi(parts, routes, undefined, { variables: { color: "blue" } });
    const host = hostOf(url);
    await sendRaw(
      url,
      `POST /v1/channels/a%20b?x=1&x=2&y=%C3%A9&bad=%zz HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n` +
        "User-Agent: probe/1\r\nX-Twice: one\r\nX-Twice: two\r\nX-Forwarded-For: 10.0.0.9\r\nContent-Type: application/json\r\n\r\n{}",
    );
    expect(parts.invocations).toHaveLength(1);
    const resourceId = [...api.definition.resources.values()].find(
      ({ path }) => path === "/channels/{name}",
    )?.id;
    expect(parts.invocations[0]?.payload).toEqual({
      resource: "/channels/{name}",
      path: "/channels/a%20b",
      httpMethod: "POST",
      headers: {
        Host: host,
        "User-Agent": "probe/1",
        "X-Twice": "two",
        "Content-Type": "application/json",
        "X-Forwarded-For": "10.0.0.9, 127.0.0.1",
        "X-Forwarded-Port": host.split(":")[1],
        "X-Forwarded-Proto": "http",
        "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-695735a5-[0-9a-f]{24}$/),
      },
      multiValueHeaders: {
        Host: [host],
        "User-Agent": ["probe/1"],
        "X-Twice": ["one", "two"],
        "Content-Type": ["application/json"],
        "X-Forwarded-For": ["10.0.0.9, 127.0.0.1"],
        "X-Forwarded-Port": [host.split(":")[1]],
        "X-Forwarded-Proto": ["http"],
        "X-Amzn-Trace-Id": [expect.stringMatching(/^Root=1-/)],
      },
      queryStringParameters: { x: "2", y: "é", bad: "%zz" },
      multiValueQueryStringParameters: { x: ["1", "2"], y: ["é"], bad: ["%zz"] },
      pathParameters: { name: "a b" },
      stageVariables: { color: "blue" },
      requestContext: {
        accountId: "000000000000",
        apiId: api.id,
        stage: "v1",
        requestId: expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ),
        extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
        httpMethod: "POST",
        path: "/v1/channels/a%20b",
        protocol: "HTTP/1.1",
        requestTime: "02/Jan/2026:03:04:05 +0000",
        requestTimeEpoch: 1_767_323_045_678,
        domainName: host,
        domainPrefix: api.id,
        resourceId,
        resourcePath: "/channels/{name}",
        identity: {
          cognitoIdentityPoolId: null,
          accountId: null,
          cognitoIdentityId: null,
          caller: null,
          sourceIp: "127.0.0.1",
          principalOrgId: null,
          accessKey: null,
          cognitoAuthenticationType: null,
          cognitoAuthenticationProvider: null,
          userArn: null,
          userAgent: "probe/1",
          user: null,
          apiKey: null,
          apiKeyId: null,
          clientCert: null,
        },
      },
      body: "{}",
      isBase64Encoded: false,
    });
  });

  test("has null where there is no query, path parameter, stage variable or body", async () => {
    const { url } = await builtApi(parts, [{ path: [], method: "GET" }]);
    await fetch(url);
    expect(parts.invocations[0]?.payload).toMatchObject({
      resource: "/",
      path: "/",
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
    });
  });

  test("reaches the function as API Gateway, from the method's own ARN", async () => {
    const { api, url } = await builtApi(parts, routes);
    await fetch(`${url}/channels/blue?proof=secret`, { method: "POST" });
    expect(parts.invocations[0]).toMatchObject({
      functionName: "arn:aws:lambda:us-east-1:000000000000:function:handler",
      principal: { kind: "service", service: "apigateway.amazonaws.com" },
      context: {
        "aws:SourceArn": `arn:aws:execute-api:us-east-1:000000000000:${api.id}/v1/POST/channels/{name}`,
      },
    });
  });
});

describe("the answer", () => {
  const answerTo = async (payload: unknown) => {
    parts.respond = () => returned(payload);
    const { url } = await builtApi(parts, routes);
    return fetch(`${url}/channels/blue`, { method: "POST" });
  };

  test("is the function's status, headers and body", async () => {
    const response = await answerTo({
      statusCode: 201,
      headers: { "X-One": "1", "Content-Type": "text/plain", "X-Both": "plain" },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"], "x-both": ["multi"] },
      body: "héllo",
      isBase64Encoded: false,
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-one")).toBe("1");
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(response.headers.get("x-both")).toBe("multi");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.text()).toBe("héllo");
  });

  test("has type application/json and an empty body unless the function says more", async () => {
    const response = await answerTo({ statusCode: 204 });
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      204,
      "application/json",
      "",
    ]);
  });

  test("carries WWW-Authenticate under the name that API Gateway gives it", async () => {
    const response = await answerTo({ statusCode: 401, headers: { "WWW-Authenticate": "Bearer" }, body: "" });
    expect(response.headers.get("www-authenticate")).toBeNull();
    expect(response.headers.get("x-amzn-remapped-www-authenticate")).toBe("Bearer");
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["text", "hello"],
    ["an object as the body", { statusCode: 200, body: { a: 1 } }],
    ["a member that is not of the format", { statusCode: 200, body: "", cookies: [] }],
    ["a status that is no number", { statusCode: "ok" }],
    ["a status beyond HTTP", { statusCode: 1000 }],
    ["a header that would split the response", { statusCode: 200, headers: { a: "b\r\nc: d" } }],
    ["a header name that is none", { statusCode: 200, headers: { "a b": "c" } }],
  ])("is 502 when the function returns %s", async (_, payload) => {
    const response = await answerTo(payload);
    expect(response.status).toBe(502);
    expect(response.headers.get("x-amzn-errortype")).toBe("InternalServerErrorException");
    expect(await response.text()).toBe('{"message":"Internal server error"}');
  });

  test("is 502 when the function fails, and tells nothing of its error", async () => {
    parts.respond = () => ({ kind: "failed", errorType: "TypeError", errorMessage: "secret" });
    const { url } = await builtApi(parts, routes);
    const response = await fetch(`${url}/channels/blue`, { method: "POST" });
    expect([response.status, await response.text()]).toEqual([502, '{"message":"Internal server error"}']);
  });

  test.each([
    ["it may not be invoked", "AccessDeniedException", 403, 500, "Internal server error"],
    ["it does not exist", "ResourceNotFoundException", 404, 500, "Internal server error"],
    ["every instance is busy", "TooManyRequestsException", 429, 500, "Internal server error"],
    ["the event is too large for it", "RequestTooLargeException", 413, 413, "Request Too Long"],
  ])("of a function is an error when %s", async (_, code, awsStatus, status, message) => {
    parts.respond = () => {
      throw new AwsError(code, awsStatus, "why");
    };
    const { url } = await builtApi(parts, routes);
    const response = await fetch(`${url}/channels/blue`, { method: "POST" });
    expect([response.status, await response.text()]).toEqual([status, `{"message":"${message}"}`]);
    expect(parts.faults).toEqual([]);
  });

  test("is 504 after 29 seconds, and a late result changes nothing", async () => {
    let finish = (_: ReturnType<typeof returned>) => {};
    const invoked = new Promise<void>((started) => {
      parts.respond = () => {
        started();
        return new Promise((resolve) => {
          finish = resolve;
        });
      };
    });
    const { url } = await builtApi(parts, routes);
    const pending = fetch(`${url}/channels/blue`, { method: "POST" });
    await invoked;
    await parts.clock.advance(28_999);
    expect(parts.lines).toEqual([]);
    await parts.clock.advance(1);
    const response = await pending;
    finish(returned({ statusCode: 200 }));
    expect([response.status, await response.text()]).toEqual([
      504,
      '{"message":"Endpoint request timed out"}',
    ]);
  });

  test("is 500 for a fault of the gateway itself, which is reported", async () => {
    parts.respond = () => {
      throw new Error("broken");
    };
    const { url } = await builtApi(parts, routes);
    const response = await fetch(`${url}/channels/blue`, { method: "POST" });
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal server error"}']);
    expect(parts.faults).toEqual([new Error("broken")]);
  });
});
