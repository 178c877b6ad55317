import { afterEach, expect, test } from "@jest/globals";
import type { SegmentStart } from "../../../../local/xray/xray.ts";
import { builtApi } from "./built-api.ts";
import { type CloudParts, cloudParts, returned } from "./cloud-parts.ts";

let parts: CloudParts;
afterEach(() => parts.restApis.stop());

const header = "Root=1-6b49d200-000000000000000000000001;Parent=00000000000000ff;Sampled=1";

async function traced(isTraced: boolean) {
  const begun: SegmentStart[] = [];
  const ended: unknown[] = [];
  parts = cloudParts({
    begin: (start) => {
      begun.push(start);
      return { header, end: (how) => void ended.push(how) };
    },
  });
  const { url } = await builtApi(parts, [{ path: ["proofs"], method: "POST" }], undefined, { isTraced });
  const call = async () => (await fetch(`${url}/proofs`, { method: "POST" })).status;
  const headerIn = () =>
    (parts.invocations.at(-1)?.payload as { headers: Record<string, string> }).headers["X-Amzn-Trace-Id"];
  return { begun, ended, call, headerIn };
}

test("a traced stage begins a trace, which the function takes part in", async () => {
  const { begun, ended, call, headerIn } = await traced(true);
  expect(await call()).toBe(200);
  expect(begun).toEqual([
    {
      ...{ name: "v1", origin: "AWS::ApiGateway::Stage", begins: true },
      header: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    },
  ]);
  expect([headerIn(), parts.invocations[0]?.trace]).toEqual([header, header]);
  expect(ended).toEqual([{ status: 200, fault: false, error: false }]);
});

test.each([
  [402, { status: 402, fault: false, error: true }],
  [503, { status: 503, fault: true, error: false }],
])("an answer of %i is marked", async (statusCode, marked) => {
  const { ended, call } = await traced(true);
  parts.respond = () => returned({ statusCode, body: "{}" });
  expect(await call()).toBe(statusCode);
  expect(ended).toEqual([marked]);
});

test("a function that fails is a fault", async () => {
  const { ended, call } = await traced(true);
  parts.respond = () => ({ kind: "failed", errorType: "Error", errorMessage: "no" });
  expect(await call()).toBe(502);
  expect(ended).toEqual([{ status: 500, fault: true, error: false }]);
});

test("a stage that is not traced gives the function a trace to begin, and no segment", async () => {
  const { begun, call, headerIn } = await traced(false);
  expect(await call()).toBe(200);
  expect(begun).toEqual([]);
  expect(headerIn()).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  expect(parts.invocations[0]?.trace).toBe(headerIn());
});
