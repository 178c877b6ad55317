import { afterEach, describe, expect, test } from "@jest/globals";
import { type RunningLambda, recordingIam, role, startLambda } from "./running-lambda.ts";

let running: RunningLambda;
afterEach(() => running.stop());

describe("what a function writes", () => {
  test("by the console is one event a call, with time, request id and level", async () => {
    running = await startLambda({ newId: () => "11111111-2222" });
    await running.deploy(
      "talking",
      `export const handler = async () => {
        console.log("two\\nlines", { a: 1 });
        console.info("info"); console.warn("warn"); console.error("error"); console.debug("debug");
      };`,
    );
    await running.invoke("talking");
    const prefix = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t11111111-2222\t/;
    expect(running.lines().map((line) => line.replace(prefix, ""))).toEqual([
      "INFO\ttwo\nlines { a: 1 }",
      "INFO\tinfo",
      "WARN\twarn",
      "ERROR\terror",
      "DEBUG\tdebug",
    ]);
  });

  test("to stdout and stderr is one event a line, as written, and the two never mix within a line", async () => {
    running = await startLambda();
    await running.deploy(
      "writing",
      `const { Console } = await import("node:console");
      export const handler = async () => {
        process.stdout.write("out ");
        process.stderr.write("err ");
        process.stdout.write(new Uint8Array([0xc3]));
        process.stderr.write("two\\n");
        process.stdout.write(new Uint8Array([0xa9, 0x0a]));
        new Console(process.stdout, process.stderr).log('{"_aws":{}}');
        await new Promise((resolve) => process.stdout.write("\\n\\nunended", resolve));
      };`,
    );
    await running.invoke("writing");
    expect(running.lines()).toEqual(["err two", "out é", '{"_aws":{}}', "unended"]);
  });

  test("in 2,000 lines arrives whole and in order, with its invocation's answer", async () => {
    running = await startLambda();
    await running.deploy(
      "chatty",
      "export const handler = async () => { for (let n = 0; n < 2000; n++) process.stdout.write('line ' + n + '\\n'); };",
    );
    await running.invoke("chatty");
    const lines = running.lines();
    expect(lines).toHaveLength(2000);
    expect(lines.findIndex((line, n) => line !== `line ${n}`)).toBe(-1);
  });
});

describe("writing needs the role's grants", () => {
  const talking = "export const handler = async () => console.log('word');";

  test("CreateLogStream once an instance, PutLogEvents for each batch, on the instance's own stream", async () => {
    const { iam, requests } = recordingIam();
    running = await startLambda({ iam });
    await running.deploy("talking", talking);
    await running.invoke("talking");
    await running.invoke("talking");
    const asked = requests.filter(({ action }) => action.startsWith("logs:"));
    expect(asked.map(({ action }) => action)).toEqual([
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "logs:PutLogEvents",
    ]);
    for (const { resource, principal } of asked) {
      expect(principal).toEqual({ kind: "role", arn: role });
      expect(resource).toMatch(
        /^arn:aws:logs:us-east-1:000000000000:log-group:\/logs:log-stream:\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
      );
    }
  });

  test.each(["logs:CreateLogStream", "logs:PutLogEvents"])(
    "without %s the lines are lost, and that is said once",
    async (action) => {
      running = await startLambda({ iam: recordingIam([action]).iam });
      await running.deploy("talking", talking);
      await running.invoke("talking");
      expect(await running.invoke("talking")).toEqual({ kind: "returned", payload: null });
      expect(running.lines()).toEqual([]);
      expect(running.reports).toEqual([
        `Lambda function talking: log lines are lost: not authorized to perform: ${action}`,
      ]);
    },
  );

  test("without a log group the lines are lost, and that is said once", async () => {
    running = await startLambda();
    await running.deploy("talking", talking, { logGroup: "/none" });
    await running.invoke("talking");
    expect(running.reports).toEqual([
      "Lambda function talking: log lines are lost: The specified log group does not exist: /none",
    ]);
  });
});

describe("a function that is traced", () => {
  const code = "export const handler = async () => 1;";
  const traces = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

  test("needs its role's grants for segments, and one that is not asks for none", async () => {
    const { iam, requests } = recordingIam();
    running = await startLambda({ iam });
    await running.deploy("traced", code, { isTraced: true });
    await running.deploy("untraced", code);
    await running.invoke("untraced");
    expect(requests.filter(({ action }) => action.startsWith("xray:"))).toEqual([]);
    await running.invoke("traced");
    const asked = requests.filter(({ action }) => action.startsWith("xray:"));
    expect(asked.map(({ action, resource }) => [action, resource])).toEqual(traces.map((one) => [one, "*"]));
  });

  test.each(traces)("answers without %s too, and that its traces are lost is said once", async (action) => {
    running = await startLambda({ iam: recordingIam([action]).iam });
    await running.deploy("traced", code, { isTraced: true });
    expect(await running.invoke("traced")).toEqual({ kind: "returned", payload: 1 });
    expect(running.reports).toEqual([
      `Lambda function traced: traces are lost: not authorized to perform: ${action}`,
    ]);
  });
});
