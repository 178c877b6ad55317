import { validateHeaderName, validateHeaderValue } from "node:http";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseProxyResponse } from "../../../../local/api-gateway/rest/proxy-response.ts";

test("turns anything into a response that HTTP can carry, or into nothing", () => {
  const headers = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.jsonValue()));
  const response = fc.record(
    {
      statusCode: fc.oneof(fc.integer({ min: 100, max: 700 }), fc.string()),
      headers,
      multiValueHeaders: fc.dictionary(fc.string(), fc.array(fc.string())),
      body: fc.oneof(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(response, fc.anything()), (payload) => {
      const parsed = parseProxyResponse(payload);
      if (!parsed) return;
      expect(parsed.statusCode).toBeGreaterThanOrEqual(200);
      expect(parsed.statusCode).toBeLessThanOrEqual(599);
      for (const [name, value] of parsed.headers) {
        validateHeaderName(name);
        validateHeaderValue(name, value);
      }
    }),
    { numRuns: 500 },
  );
});

test("leaves out what only the connection itself may say", () => {
  expect(parseProxyResponse({ headers: { "Transfer-Encoding": "chunked", "content-length": 7 } })).toEqual({
    statusCode: 200,
    headers: [
      ["x-amzn-Remapped-content-length", "7"],
      ["Content-Type", "application/json"],
    ],
    body: "",
  });
});
