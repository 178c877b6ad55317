import { afterEach, expect, test } from "@jest/globals";
import { createXRay } from "../../../local/xray/create-xray.ts";
import type { XRay } from "../../../local/xray/xray.ts";
import { type RunningLambda, recordingIam, role, startLambda } from "./running-lambda.ts";

let xray: XRay;
let running: RunningLambda;
afterEach(async () => {
  await running.stop();
  await xray.stop();
});

async function start(denied: readonly string[] = []) {
  xray = await createXRay({ clock: { now: () => 1_800_000_000_000 } });
  running = await startLambda({ xray, iam: recordingIam(denied).iam });
}
const root = "1-6b49d200-000000000000000000000001";
const upstream = `Root=${root};Parent=00000000000000ff;Sampled=1`;
const invoke = (functionName: string, trace?: string) =>
  running.lambda.invoke({
    ...{ functionName, payload: {}, principal: { kind: "role", arn: role }, context: {} },
    trace,
  });
const told = `export const handler = async () => [process.env._X_AMZN_TRACE_ID, process.env.AWS_XRAY_DAEMON_ADDRESS];`;

test("each invocation has a header of its own, under its caller's, and leaves a segment", async () => {
  await start();
  await running.deploy("told", told, { isTraced: true });
  const headers: string[] = [];
  for (const trace of [upstream, undefined]) {
    const { payload } = (await invoke("told", trace)) as { payload: [string, string] };
    headers.push(payload[0]);
    expect(payload[1]).toBe(xray.daemonAddress);
  }
  expect(headers[0]).toMatch(new RegExp(`^Root=${root};Parent=[0-9a-f]{16};Sampled=1$`));
  expect(headers[1]).toMatch(/^Root=1-6b49d200-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/);
  expect(xray.segments(root)).toEqual([
    expect.objectContaining({
      ...{ name: "told", origin: "AWS::Lambda::Function", parent_id: "00000000000000ff" },
      id: /Parent=(\w+)/.exec(headers[0] ?? "")?.[1],
    }),
  ]);
});

test("a function that fails has a segment that says so", async () => {
  await start();
  await running.deploy("broken", "export const handler = async () => { throw new Error('no'); };", {
    isTraced: true,
  });
  await invoke("broken", upstream);
  expect(xray.segments(root)).toMatchObject([{ name: "broken", fault: true }]);
});

test("a function that passes traces through begins none, and takes part in its caller's", async () => {
  await start();
  await running.deploy("passing", told);
  const alone = (await invoke("passing")) as { payload: [string] };
  expect(alone.payload[0]).toMatch(/;Sampled=0$/);
  expect(xray.traces(10)).toEqual([]);
});

test("where the role may write no segments, they are lost, and there is no daemon to send to", async () => {
  await start(["xray:PutTraceSegments"]);
  await running.deploy("denied", told, { isTraced: true });
  const { payload } = (await invoke("denied", upstream)) as { payload: [string, string?] };
  expect([payload[0]?.startsWith(`Root=${root};`), payload[1]]).toEqual([true, null]);
  expect(xray.segments(root)).toEqual([]);
  expect(running.reports).toEqual([expect.stringContaining("denied: traces are lost")]);
});
