import { afterEach, describe, expect, test } from "@jest/globals";
import {
  allowAll,
  connect,
  ok,
  refusal,
  serveTestApi,
  startOfTime,
  stopTestApis,
  until,
} from "./serve-test-api.ts";

afterEach(stopTestApis);

const idForm = /^[\w-]{15}=$/;

describe("the authorizer of $connect", () => {
  test("is not called, and the client gets 401, without the identity source", async () => {
    const { url, invocations } = await serveTestApi({ authorizer: allowAll, routes: { $connect: ok } });
    for (const query of ["", "?proof=", "?other=1", "?Proof=1"]) {
      const answer = await refusal(`${url}${query}`);
      expect([answer.status, answer.errorType]).toEqual([401, "UnauthorizedException"]);
      expect(answer.body).toMatch(
        /^\{"message": "Unauthorized", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
      );
    }
    expect(invocations).toEqual([]);
  });

  test("takes a header as identity source, in any case", async () => {
    const { url } = await serveTestApi({
      authorizer: allowAll,
      identitySources: ["route.request.header.X-Proof"],
      routes: { $connect: { handler: () => ({ statusCode: 401 }) } },
    });
    expect((await refusal(url)).body).toContain("Unauthorized");
    const { invocations, url: other } = await serveTestApi({
      authorizer: allowAll,
      identitySources: ["route.request.header.X-Proof"],
      routes: { $connect: { handler: () => ({ statusCode: 403 }) } },
    });
    await refusal(other, { "x-pROOF": "p" });
    expect(invocations.map(({ functionName }) => functionName.split(":").at(-1))).toEqual([
      "authorizer",
      "$connect",
    ]);
  });

  test("gets the event and the source that AWS documents", async () => {
    const served = await serveTestApi({
      authorizer: allowAll,
      stage: { variables: { color: "blue" } },
      routes: { $connect: ok },
    });
    const { api, authorizerId, invocations, url } = served;
    await connect(`${url}?proof=p%201&proof=p2&X-Amz-ChannelARN=a%2Fb`);
    const [authorization] = invocations;
    const host = new URL(url).host;
    expect(api.executionArn).toMatch(/^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}$/);
    expect(authorization).toMatchObject({
      functionName: "arn:aws:lambda:us-east-1:000000000000:function:authorizer",
      principal: { kind: "service", service: "apigateway.amazonaws.com" },
      context: {
        "aws:SourceArn": `${api.executionArn}/authorizers/${authorizerId}`,
        "aws:SourceAccount": "000000000000",
      },
    });
    expect(authorization?.payload).toEqual({
      type: "REQUEST",
      methodArn: `${api.executionArn}/v1/$connect`,
      headers: expect.objectContaining({
        Host: host,
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-695735a5-[0-9a-f]{24}$/),
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "http",
      }),
      multiValueHeaders: expect.objectContaining({ Host: [host], "X-Forwarded-For": ["127.0.0.1"] }),
      queryStringParameters: { proof: "p2", "X-Amz-ChannelARN": "a/b" },
      multiValueQueryStringParameters: { proof: ["p 1", "p2"], "X-Amz-ChannelARN": ["a/b"] },
      stageVariables: { color: "blue" },
      requestContext: {
        routeKey: "$connect",
        eventType: "CONNECT",
        extendedRequestId: expect.stringMatching(idForm),
        requestTime: "02/Jan/2026:03:04:05 +0000",
        messageDirection: "IN",
        stage: "v1",
        connectedAt: startOfTime,
        requestTimeEpoch: startOfTime,
        identity: { sourceIp: "127.0.0.1" },
        requestId: expect.stringMatching(idForm),
        domainName: host,
        connectionId: expect.stringMatching(idForm),
        apiId: api.id,
      },
    });
  });

  test.each([
    ["throws Unauthorized", 401, () => Promise.reject(new Error("Unauthorized"))],
    ["throws unauthorized in lower case", 500, () => Promise.reject(new Error("unauthorized"))],
    ["throws something else", 500, () => Promise.reject(new Error("database down"))],
    ["returns nothing", 500, () => undefined],
    [
      "returns a list as context",
      500,
      (event: { methodArn: string }) => ({ ...allowAll(event), context: { a: [] } }),
    ],
    [
      "returns over 8 KB",
      500,
      (event: { methodArn: string }) => ({ ...allowAll(event), context: { a: "x".repeat(9000) } }),
    ],
    [
      "allows something else",
      403,
      () => allowAll({ methodArn: "arn:aws:execute-api:us-east-1:000000000000:x/v1/$connect" }),
    ],
    [
      "denies",
      403,
      (event: { methodArn: string }) => {
        const { policyDocument, principalId } = allowAll(event);
        const [statement] = policyDocument.Statement;
        return {
          principalId,
          policyDocument: { ...policyDocument, Statement: [{ ...statement, Effect: "Deny" }] },
        };
      },
    ],
  ])("that %s gives the client %d, and $connect is not invoked", async (_, status, authorizer) => {
    const { url, invocations } = await serveTestApi({ authorizer, routes: { $connect: ok } });
    expect((await refusal(`${url}?proof=p`)).status).toBe(status);
    expect(invocations).toHaveLength(1);
  });

  test("gives its context, as text, to the events of the connection", async () => {
    const { url, invocations } = await serveTestApi({
      authorizer: (event) => ({ ...allowAll(event), context: { role: "MASTER", limit: 3, trial: true } }),
      routes: { $connect: ok, $default: ok, $disconnect: ok },
    });
    const client = await connect(`${url}?proof=p`);
    client.socket.send("hello");
    await until(() => invocations.length === 3);
    client.socket.close();
    await until(() => invocations.length === 4);
    const authorizer = {
      principalId: "someone",
      role: "MASTER",
      limit: "3",
      trial: "true",
      integrationLatency: 0,
    };
    for (const { payload } of invocations.slice(1)) {
      expect(payload).toMatchObject({ requestContext: { authorizer } });
    }
  });
});
