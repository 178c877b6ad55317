import "../../../short-stack-traces.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import type { InlineFunction } from "../../../../components/inline-function.ts";
import { RestApi, type RestApiArgs } from "../../../../components/rest-api.ts";
import { proofRequest } from "../../../../functions/billing/proofs/proof-request.ts";
import { type CloudParts, cloudParts, returned } from "./cloud-parts.ts";
import { hostOf, sendRaw } from "./raw-http.ts";
import { restHandlers } from "./rest-handlers.ts";

let parts: CloudParts;
let url: string;
beforeAll(async () => {
  parts = cloudParts();
  url = await declaredApi();
});
afterAll(() => parts.restApis.stop());
beforeEach(() => {
  parts.invocations.length = 0;
  parts.lines.length = 0;
  parts.respond = () => returned({ statusCode: 200, body: '{"ok":true}' });
});

const origins = ["https://app.example.com", "http://localhost:5173"];

/** Declares `POST /proofs` with the component that is deployed, and builds it by the resource handlers. */
async function declaredApi(args: Partial<RestApiArgs> = {}): Promise<string> {
  const handler = {
    function: {
      invokeArn: pulumi.output(
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:IssueProof/invocations",
      ),
    },
    allowInvocation: () => {},
  } as unknown as InlineFunction;
  const handlerOf = restHandlers(parts);
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom }) => {
        if (!custom) return { id: undefined, state: inputs };
        if (type === "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy") {
          return { id: name, state: inputs };
        }
        if (type === "aws:cloudwatch/logGroup:LogGroup") {
          return {
            id: name,
            state: { ...inputs, arn: "arn:aws:logs:us-east-1:000000000000:log-group:/access" },
          };
        }
        const { id, outputs } = await handlerOf(type).create({ type, name, inputs });
        return { id, state: outputs };
      },
      call: ({ token }) => {
        throw new Error(`unexpected call of ${token}`);
      },
    },
    "synapse-d",
    "dev",
  );
  let invokeUrl = "";
  await pulumi.runtime.runInPulumiStack(async () => {
    const api = new RestApi("billing", {
      routes: [
        {
          ...{ method: "POST", path: "proofs", handler },
          body: { name: "ProofRequest", schema: proofRequest },
          throttle: { rate: 1, burst: 1_000_000 },
        },
      ],
      corsOrigins: origins,
      throttle: { rate: 1, burst: 1_000_000 },
      logRetentionDays: 7,
      ...args,
    });
    api.url.apply((value) => {
      invokeUrl = value;
    });
    return {};
  });
  await pulumi.runtime.disconnect();
  return invokeUrl;
}

const proof = (body: string) =>
  fetch(`${url}/proofs`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });

const problem = (code: string, retryable: boolean) => ({
  ...{ type: "about:blank", code, retryable },
  detail: expect.stringMatching(/^[A-Z].*\.$/),
  requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
});

test("calls the function with a valid body", async () => {
  const response = await proof('{"channel":"blue","role":"MASTER"}');
  expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  expect(parts.invocations[0]?.functionName).toBe(
    "arn:aws:lambda:us-east-1:000000000000:function:IssueProof",
  );
});

describe("a refusal", () => {
  test.each([
    ["an invalid body", "POST", "/proofs", '{"channel":"a\\"b","role":"nobody"}', 400, "body_invalid"],
    ["no JSON", "POST", "/proofs", '{"', 400, "body_invalid"],
    ["an unknown path", "GET", "/nothing", undefined, 404, "route_unknown"],
    ["an unknown method", "DELETE", "/proofs", undefined, 404, "route_unknown"],
    ["a body over 10 MB", "POST", "/proofs", "x".repeat(10 * 1024 * 1024 + 1), 413, "body_too_large"],
  ])("of %s has our problem shape", async (_, method, path, body, status, code) => {
    const response = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body }),
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "application/problem+json",
    ]);
    expect(await response.json()).toEqual(problem(code, false));
    expect(parts.invocations).toEqual([]);
  });

  test("of one request too many can be retried", async () => {
    const throttled = await declaredApi({ throttle: { rate: 1, burst: 0 } });
    const response = await fetch(`${throttled}/proofs`, { method: "OPTIONS" });
    expect([response.status, await response.json()]).toEqual([429, problem("too_many_requests", true)]);
  });

  test("of a function that fails can be retried and tells nothing", async () => {
    parts.respond = () => returned(undefined);
    const response = await proof('{"channel":"blue","role":"MASTER"}');
    expect([response.status, await response.json()]).toEqual([502, problem("internal", true)]);
  });

  test("of a function that takes 29 seconds can be retried", async () => {
    parts.respond = async () => {
      await parts.clock.advance(29_000);
      return returned({ statusCode: 200 });
    };
    const response = await proof('{"channel":"blue","role":"MASTER"}');
    expect([response.status, await response.json()]).toEqual([504, problem("timeout", true)]);
  });

  test("of any body that is not a proof request has our problem shape", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
        const response = await proof(`${body}{`);
        expect([response.status, await response.json()]).toEqual([400, problem("body_invalid", false)]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a preflight", () => {
  const preflight = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/proofs`, { method: "OPTIONS", headers });
    return [response.status, response.headers.get("access-control-allow-origin"), await response.text()];
  };

  test.each(origins)("from %s is allowed with its own origin", async (origin) => {
    for (const name of ["Origin", "origin"]) {
      const raw = await sendRaw(
        url,
        `OPTIONS /v1/proofs HTTP/1.1\r\nHost: ${hostOf(url)}\r\n${name}: ${origin}\r\n\r\n`,
      );
      expect(raw).toMatch(/^HTTP\/1\.1 204 /);
      expect(raw).toContain(`\r\nAccess-Control-Allow-Origin: ${origin}\r\n`);
    }
  });

  test.each(["https://evil.example", "https://app.example.com.evil.example", "null", "#set($x = 1)", ""])(
    "from %j is answered without permission",
    async (origin) => {
      expect(await preflight({ Origin: origin })).toEqual([204, null, ""]);
    },
  );

  test("names what is allowed and how long that holds", async () => {
    const { headers } = await fetch(`${url}/proofs`, {
      method: "OPTIONS",
      headers: { origin: origins[0] ?? "" },
    });
    expect(
      ["access-control-allow-methods", "access-control-allow-headers", "access-control-max-age", "vary"].map(
        (name) => headers.get(name),
      ),
    ).toEqual(["POST", "authorization,content-type,idempotency-key", "600", "Origin"]);
  });

  test("without an Origin, or with a media type of its own, is no trouble", async () => {
    expect(await preflight({})).toEqual([204, null, ""]);
    expect((await preflight({ "content-type": "text/plain" }))[0]).toBe(415);
  });
});

test("writes the declared access log, without the query", async () => {
  await fetch(`${url}/nothing?proof=secret`, { method: "POST" });
  expect(parts.lines.map(({ logGroup, message }) => [logGroup, JSON.parse(message)])).toEqual([
    [
      "/access",
      {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        method: "POST",
        path: "-",
        status: "404",
        requestTime: expect.stringMatching(/^17673\d{8}$/),
        responseLatency: "0",
        integrationLatency: "-",
        error: "MISSING_AUTHENTICATION_TOKEN",
      },
    ],
  ]);
});
