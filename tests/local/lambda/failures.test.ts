import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type RunningLambda, startLambda } from "./running-lambda.ts";

let running: RunningLambda;
beforeEach(async () => {
  running = await startLambda({ newId: () => "11111111-2222" });
});
afterEach(() => running.stop());

const failure = async (code: string, changes = {}) => {
  await running.deploy("failing", code, changes);
  return running.invoke("failing");
};

test("a thrown error is the answer by name and message, is logged, and the instance lives on", async () => {
  expect(await failure("export const handler = async () => { throw new TypeError('no'); };")).toEqual({
    kind: "failed",
    errorType: "TypeError",
    errorMessage: "no",
  });
  expect(running.lines()).toEqual([
    expect.stringMatching(
      /^\S+Z\t11111111-2222\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"no",.*"stack":\["TypeError: no"/,
    ),
  ]);
  expect(running.lambda.instances()).toEqual({ failing: 1 });
});

test("a thrown text is an error of type string", async () => {
  expect(await failure("export const handler = async () => { throw 'no'; };")).toEqual({
    kind: "failed",
    errorType: "string",
    errorMessage: "no",
  });
});

test("a response that is not JSON fails", async () => {
  expect(await failure("export const handler = async () => 1n;")).toEqual({
    kind: "failed",
    errorType: "Error",
    errorMessage: "Unable to stringify response body",
  });
});

test("a response over 6 MB fails", async () => {
  expect(await failure("export const handler = async () => 'x'.repeat(6_291_555);")).toEqual({
    kind: "failed",
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage:
      "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).",
  });
});

describe("a module that cannot serve fails each invocation", () => {
  test.each([
    ["export const other = 1;", "Runtime.HandlerNotFound", "index.handler is undefined or not exported"],
    [
      "import 'nowhere';",
      "Runtime.ImportModuleError",
      expect.stringContaining("Cannot find package 'nowhere'"),
    ],
    ["export const handler = ;", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token ';'"],
    ["throw new RangeError('PEERS_TABLE is not set');", "RangeError", "PEERS_TABLE is not set"],
    [
      "export const handler = (event, context, callback) => callback();",
      "Runtime.CallbackHandlerDeprecated",
      expect.stringContaining("removed support for callback-based function handlers"),
    ],
  ])("%s", async (code, errorType, errorMessage) => {
    expect(await failure(code)).toEqual({ kind: "failed", errorType, errorMessage });
    expect(await running.invoke("failing")).toEqual({ kind: "failed", errorType, errorMessage });
    expect(running.lambda.instances()).toEqual({ failing: 0 });
  });

  test("whose file is missing", async () => {
    expect(await failure("", { handler: "other.handler" })).toMatchObject({
      errorType: "Runtime.ImportModuleError",
    });
  });
});

describe("an instance that ends during an invocation is replaced", () => {
  const code = (end: string) => `
    export const handler = async () => {
      console.log("last words");
      ${end}
    };`;

  test("by process.exit", async () => {
    expect(await failure(code("process.exit(3);"))).toEqual({
      kind: "failed",
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: 11111111-2222 Error: Runtime exited with error: exit status 3",
    });
    expect(running.lines()).toEqual([
      expect.stringMatching(/\tINFO\tlast words$/),
      "RequestId: 11111111-2222 Error: Runtime exited with error: exit status 3",
    ]);
    expect(running.lambda.instances()).toEqual({ failing: 0 });
  });

  test("by process.exit without a code", async () => {
    expect(await failure(code("process.exit();"))).toMatchObject({
      errorMessage: "RequestId: 11111111-2222 Error: Runtime exited without providing a reason",
    });
  });

  test("by using more memory than declared", async () => {
    const all = "const all = []; for (;;) all.push({ more: [1, 2, 3] });";
    expect(await failure(code(all), { memorySize: 32 })).toEqual({
      kind: "failed",
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: 11111111-2222 Error: Runtime exited with error: signal: killed",
    });
  });

  test("by an unhandled rejection", async () => {
    expect(await failure(code("Promise.reject(new Error('lost')); await new Promise(() => {});"))).toEqual({
      kind: "failed",
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: lost",
    });
  });

  test("by an error outside the handler's promise", async () => {
    const thrown = "setImmediate(() => { throw new Error('stray'); }); await new Promise(() => {});";
    expect(await failure(code(thrown))).toEqual({
      kind: "failed",
      errorType: "Error",
      errorMessage: "stray",
    });
  });
});

test("a handler that hangs is ended when the local clock reaches its timeout", async () => {
  const hang =
    "export const handler = async (event) => { if (event.hang) { console.log('in'); for (;;); } };";
  await running.deploy("hanging", hang, { timeout: 3 });
  await running.invoke("hanging");
  const hanging = running.invoke("hanging", { hang: true });
  await running.lineWith("\tin");
  await running.clock.advance(3_000);
  expect(await hanging).toEqual({
    kind: "failed",
    errorType: "Sandbox.Timedout",
    errorMessage: "RequestId: 11111111-2222 Error: Task timed out after 3.00 seconds",
  });
  expect(running.lines()).toContain("RequestId: 11111111-2222 Error: Task timed out after 3.00 seconds");
  expect(running.lambda.instances()).toEqual({ hanging: 0 });
  expect(await running.invoke("hanging")).toEqual({ kind: "returned", payload: null });
});

test("an invocation that the local clock overtakes may still finish", async () => {
  await running.deploy("overtaken", "export const handler = async () => 'done';", { timeout: 3 });
  const overtaken = running.invoke("overtaken");
  await running.clock.advance(3_600_000);
  expect(await overtaken).toEqual({ kind: "returned", payload: "done" });
});

test("a module whose import never ends is given up after the 10 seconds of initialisation", async () => {
  await running.deploy(
    "stuck",
    "console.log('importing'); await new Promise((resolve) => setTimeout(resolve, 1e9));",
  );
  const stuck = running.invoke("stuck");
  await running.lineWith("\timporting");
  await running.clock.advance(10_000);
  expect(await stuck).toMatchObject({ errorType: "Sandbox.Timedout" });
});
