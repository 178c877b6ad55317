import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type RunningLambda, startLambda } from "./running-lambda.ts";

/** Runs until the local clock shows `event.until`, and says when it has begun. */
const waiting = `
  const instance = crypto.randomUUID();
  export const handler = async (event) => {
    console.log("until", event.until);
    while (Date.now() < (event.until ?? 0)) await new Promise((resolve) => setImmediate(resolve));
    return instance;
  };`;

let running: RunningLambda;
beforeEach(async () => {
  running = await startLambda({ maximumInstances: 2, newId: () => "11111111-2222" });
});
afterEach(() => running.stop());

const returned = async (name: string, payload?: unknown) => {
  const result = await running.invoke(name, payload);
  if (result.kind === "failed") throw new Error(result.errorMessage);
  return result.payload;
};

test("the handler receives the payload, and what it returns is the answer", async () => {
  await running.deploy("echo", "export const handler = async (event) => ({ got: event, none: undefined });");
  expect(await running.invoke("echo", { text: "héllo", list: [1, null] })).toEqual({
    kind: "returned",
    payload: { got: { text: "héllo", list: [1, null] } },
  });
});

test("a handler that returns nothing answers null", async () => {
  await running.deploy("nothing", "export const handler = async () => {};");
  expect(await running.invoke("nothing")).toEqual({ kind: "returned", payload: null });
});

test("the environment is the declared one and Lambda's own, and nothing of this process", async () => {
  process.env.LEAKED_INTO_FUNCTION = "yes";
  await running.deploy("environment", "export const handler = async () => process.env;", {
    environment: { PEERS_TABLE: "peers" },
  });
  const environment = await returned("environment");
  delete process.env.LEAKED_INTO_FUNCTION;
  expect(environment).toEqual({
    PEERS_TABLE: "peers",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: "environment",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_GROUP_NAME: "/logs",
    AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    AWS_ACCESS_KEY_ID: "AKIDLOCAL",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "token",
    AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    LAMBDA_TASK_ROOT: expect.stringMatching(/environment/),
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    _X_AMZN_TRACE_ID: "",
    TZ: ":UTC",
    _HANDLER: "index.handler",
  });
});

test("the context names the invocation, and its remaining time counts down from the timeout", async () => {
  await running.deploy(
    "context",
    "export const handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });",
    { timeout: 20 },
  );
  const context = await returned("context");
  expect(context).toMatchObject({
    awsRequestId: "11111111-2222",
    functionName: "context",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:context",
    memoryLimitInMB: "128",
    logGroupName: "/logs",
  });
  const { left } = context as { left: number };
  expect(left).toBeGreaterThan(10_000);
  expect(left).toBeLessThanOrEqual(20_000);
});

describe("instances", () => {
  test("start on demand, run one invocation at a time, and throttle beyond the cap", async () => {
    await running.deploy("waiting", waiting, { timeout: 900 });
    expect(running.lambda.instances()).toEqual({ waiting: 0 });
    const until = running.clock.now() + 60_000;
    const busy = [returned("waiting", { until }), returned("waiting", { until: until + 1 })];
    expect(running.lambda.instances()).toEqual({ waiting: 2 });
    await expect(running.invoke("waiting")).rejects.toMatchObject({
      code: "TooManyRequestsException",
      status: 429,
      message: "Rate Exceeded.",
    });
    // Time that moves while an instance starts counts against its initialisation.
    await Promise.all([running.lineWith(`until ${until}`), running.lineWith(`until ${until + 1}`)]);
    await running.clock.advance(61_000);
    const [first, second] = await Promise.all(busy);
    expect(first).not.toBe(second);
    expect([first, second]).toContain(await returned("waiting"));
  });

  test("are reused warm, the most recently used first", async () => {
    await running.deploy("waiting", waiting, { timeout: 900 });
    const now = running.clock.now();
    const early = returned("waiting", { until: now + 60_000 });
    const late = returned("waiting", { until: now + 120_000 });
    await Promise.all([
      running.lineWith(`until ${now + 60_000}`),
      running.lineWith(`until ${now + 120_000}`),
    ]);
    await running.clock.advance(61_000);
    await early;
    await running.clock.advance(61_000);
    const last = await late;
    expect(await returned("waiting")).toBe(last);
    expect(await returned("waiting")).toBe(last);
  });

  test("are replaced when the function is", async () => {
    await running.deploy("versioned", "export const handler = async () => 1;");
    expect(await returned("versioned")).toBe(1);
    await running.deploy("versioned", "export const handler = async () => 2;");
    expect(await returned("versioned")).toBe(2);
    expect(running.lambda.instances()).toEqual({ versioned: 1 });
  });

  test("end with the function, which is then not found", async () => {
    await running.deploy("gone", "export const handler = async () => 1;");
    await returned("gone");
    await running.lambda.deleteFunction("gone");
    expect(running.lambda.instances()).toEqual({});
    await expect(running.invoke("gone")).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      status: 404,
      message: "Function not found: gone",
    });
  });

  test("end at once with the service, failing what runs", async () => {
    await running.deploy("hanging", "export const handler = async () => { console.log('in'); for (;;); };");
    const hanging = running.invoke("hanging");
    await running.lineWith("\tin");
    await running.lambda.stop();
    expect(await hanging).toMatchObject({ kind: "failed", errorType: "Runtime.ExitError" });
  });
});

test("time inside the function follows the local clock, in a warm instance too", async () => {
  await running.deploy(
    "time",
    "export const handler = async () => [Date.now(), new Date().getTime(), Date.parse(Date()), new Date(5).getTime(), new Date() instanceof Date];",
  );
  await returned("time");
  await running.clock.advance(86_400_000);
  const after = running.clock.now();
  const [now, made, text, given, isDate] = (await returned("time")) as [
    number,
    number,
    number,
    number,
    boolean,
  ];
  for (const time of [now, made, text + 999]) {
    expect(time).toBeGreaterThanOrEqual(after);
    expect(time).toBeLessThan(after + 60_000);
  }
  expect([given, isDate]).toEqual([5, true]);
});

test("a payload over 6 MB is refused, one of exactly 6 MB is not", async () => {
  await running.deploy("size", "export const handler = async (event) => event.length;");
  const longest = "x".repeat(6_291_456 - 2);
  expect(await returned("size", longest)).toBe(6_291_454);
  await expect(running.invoke("size", `${longest}x`)).rejects.toMatchObject({
    code: "RequestTooLargeException",
    status: 413,
  });
});

test("a reserved variable is refused in AWS's words", async () => {
  const deploying = running.deploy("reserved", "", { environment: { AWS_REGION: "eu-west-1" } });
  await expect(deploying).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: expect.stringContaining("Reserved keys used in this request: AWS_REGION"),
  });
});

test("a file name that leaves the package is refused", async () => {
  const deploying = running.deploy("outside", "", { files: { "../outside.mjs": "" } });
  await expect(deploying).rejects.toThrow("The file name ../outside.mjs leaves the package.");
});
