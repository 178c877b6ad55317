import { expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import type { FunctionConfiguration, Lambda } from "../../../local/lambda/lambda.ts";
import { lambdaFunction } from "../../../local/resources/lambda-function.ts";

const type = "aws:lambda/function:Function";
const declared = {
  role: "arn:aws:iam::000000000000:role/RelayServer",
  runtime: "nodejs24.x",
  architectures: ["arm64"],
  handler: "index.handler",
  code: { "index.mjs": "export const handler = async () => 1;" },
  memorySize: 512,
  timeout: 10,
  environment: { variables: { PEERS_TABLE: "peers" } },
  loggingConfig: { logFormat: "Text", logGroup: "/synapse-d/dev/RelayServer" },
};

function handling() {
  const put: FunctionConfiguration[] = [];
  const deleted: string[] = [];
  const lambda: Pick<Lambda, "putFunction" | "deleteFunction"> = {
    putFunction: async (configuration) => void put.push(configuration),
    deleteFunction: async (name) => void deleted.push(name),
  };
  const clock = new AdvanceableClock(() => Date.UTC(2026, 0, 2, 3, 4, 5));
  return { put, deleted, handler: lambdaFunction({ lambda: lambda as Lambda, clock }) };
}

test("a declared function is deployed with its code, role, limits, environment and log group", async () => {
  const { handler, put } = handling();
  await handler.create({ type, name: "RelayServer", inputs: declared });
  expect(put).toEqual([
    {
      name: "RelayServer",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:RelayServer",
      roleArn: "arn:aws:iam::000000000000:role/RelayServer",
      files: { "index.mjs": "export const handler = async () => 1;" },
      handler: "index.handler",
      memorySize: 512,
      timeout: 10,
      environment: { PEERS_TABLE: "peers" },
      logGroup: "/synapse-d/dev/RelayServer",
    },
  ]);
});

test("one that traces actively is traced", async () => {
  const { handler, put } = handling();
  const inputs = { ...declared, tracingConfig: { mode: "Active" } };
  const { outputs } = await handler.create({ type, name: "RelayServer", inputs });
  expect([put[0]?.isTraced, outputs.tracingConfig]).toEqual([true, { mode: "Active" }]);
});

test("its outputs are those of the provider", async () => {
  const { handler } = handling();
  const { id, outputs } = await handler.create({ type, name: "RelayServer", inputs: declared });
  expect(id).toBe("RelayServer");
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:RelayServer";
  expect(outputs).toMatchObject({
    name: "RelayServer",
    arn,
    qualifiedArn: `${arn}:$LATEST`,
    invokeArn: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
    version: "$LATEST",
    lastModified: "2026-01-02T03:04:05.000+0000",
    runtime: "nodejs24.x",
    memorySize: 512,
    timeout: 10,
    role: "arn:aws:iam::000000000000:role/RelayServer",
    environment: { variables: { PEERS_TABLE: "peers" } },
  });
  expect(outputs).not.toHaveProperty("code");
});

test("what is not declared has AWS's defaults", async () => {
  const { handler, put } = handling();
  const { role, runtime, handler: entry, code } = declared;
  await handler.create({ type, name: "small", inputs: { role, runtime, handler: entry, code } });
  expect(put[0]).toMatchObject({
    memorySize: 128,
    timeout: 3,
    environment: {},
    logGroup: "/aws/lambda/small",
  });
});

test("an update deploys again, and a delete removes it", async () => {
  const { handler, put, deleted } = handling();
  const created = await handler.create({ type, name: "RelayServer", inputs: declared });
  await handler.update(created, { type, name: "RelayServer", inputs: { ...declared, timeout: 11 } });
  expect([put.at(-1)?.timeout, deleted]).toEqual([11, []]);
  await handler.delete(created);
  expect(deleted).toEqual(["RelayServer"]);
});

test.each([
  ["runtime", { runtime: "python3.13" }, "only the runtime nodejs24.x runs here"],
  ["loggingConfig.logFormat", { loggingConfig: { logFormat: "JSON" } }, "only the log format Text"],
  ["layers", { layers: ["arn:aws:lambda:x"] }, "Invalid key"],
  ["timeout", { timeout: 901 }, "900"],
  ["memorySize", { memorySize: 64 }, "128"],
  ["handler", { handler: "index" }, "expected <file without extension>.<export>"],
  ["role", { role: "RelayServer" }, "expected the ARN of a role"],
])("an input that does not run here is refused by name: %s", async (property, change, reason) => {
  const { handler, put } = handling();
  const creating = handler.create({ type, name: "RelayServer", inputs: { ...declared, ...change } });
  await expect(creating).rejects.toThrow(`${type} "RelayServer": input ${property} `);
  await expect(creating).rejects.toThrow(reason);
  expect(put).toEqual([]);
});
