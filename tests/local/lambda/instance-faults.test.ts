import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createFaults } from "../../../local/faults/create-faults.ts";
import type { Faults } from "../../../local/faults/faults.ts";
import { type RunningLambda, startLambda } from "./running-lambda.ts";

let running: RunningLambda;
afterEach(() => running.stop());

/** Says that it runs, then waits until the clock is a minute further. */
const waiting = `
  export const handler = async (event) => {
    const end = Date.now() + 60_000;
    console.log("running " + event);
    while (Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    return event;
  };`;

describe("kill", () => {
  beforeEach(async () => {
    running = await startLambda({ newId: () => "11111111-2222" });
    await running.deploy("waiting", waiting, { timeout: 120 });
  });

  test("ends the instances in the middle of an invocation, which fails as on AWS", async () => {
    const first = running.invoke("waiting", 1);
    const second = running.invoke("waiting", 2);
    await Promise.all([running.lineWith("running 1"), running.lineWith("running 2")]);
    expect(running.lambda.kill("waiting")).toBe(2);
    expect(running.lambda.kill("waiting")).toBe(0);
    for (const outcome of [await first, await second]) {
      expect(outcome).toEqual({
        kind: "failed",
        errorType: "Runtime.ExitError",
        errorMessage: "RequestId: 11111111-2222 Error: Runtime exited with error: signal: killed",
      });
    }
    expect(running.lambda.instances()).toEqual({ waiting: 0 });
  });

  test("leaves idle instances alone, and the next invocation gets a new one", async () => {
    await running.deploy("quick", "let count = 0; export const handler = async () => ++count;");
    await running.invoke("quick");
    expect(running.lambda.kill("quick")).toBe(0);
    expect(await running.invoke("quick")).toEqual({ kind: "returned", payload: 2 });
  });

  test("answers undefined for a function that does not exist", () => {
    expect(running.lambda.kill("none")).toBeUndefined();
    expect(running.lambda.freeze("none", 1)).toBeUndefined();
  });
});

describe("freeze", () => {
  const counting = "let count = 0; export const handler = async () => ++count;";

  beforeEach(async () => {
    running = await startLambda();
    await running.deploy("counting", counting, { timeout: 120 });
    await running.invoke("counting");
  });

  test("lets what it is asked meanwhile wait until the clock has passed", async () => {
    expect(running.lambda.freeze("counting", 60_000)).toBe(1);
    let settled = false;
    const answer = running.invoke("counting").finally(() => {
      settled = true;
    });
    await running.clock.advance(59_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(settled).toBe(false);
    await running.clock.advance(1_000);
    expect(await answer).toEqual({ kind: "returned", payload: 2 });
  });

  test("stops one in the middle of its work", async () => {
    await running.deploy("waiting", waiting, { timeout: 120 });
    const answer = running.invoke("waiting", 1);
    await running.lineWith("running 1");
    expect(running.lambda.freeze("waiting", 70_000)).toBe(1);
    let settled = false;
    void answer.finally(() => {
      settled = true;
    });
    await running.clock.advance(65_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(settled).toBe(false);
    await running.clock.advance(5_000);
    expect(await answer).toEqual({ kind: "returned", payload: 1 });
  });

  test("does not keep an invocation from timing out, nor an instance from being killed", async () => {
    await running.deploy("counting", counting, { timeout: 3 });
    await running.invoke("counting");
    running.lambda.freeze("counting", 60_000);
    const late = running.invoke("counting");
    await running.clock.advance(3_000);
    expect(await late).toMatchObject({ kind: "failed", errorType: "Sandbox.Timedout" });
    await running.invoke("counting");
    running.lambda.freeze("counting", 60_000);
    const killed = running.invoke("counting");
    expect(running.lambda.kill("counting")).toBe(1);
    expect(await killed).toMatchObject({ kind: "failed", errorType: "Runtime.ExitError" });
  });
});

describe("recycle", () => {
  beforeEach(async () => {
    running = await startLambda();
  });

  test("ends the idle instances, and the next invocation starts a new one", async () => {
    await running.deploy("counting", "let count = 0; export const handler = async () => ++count;");
    await running.invoke("counting");
    expect(await running.invoke("counting")).toEqual({ kind: "returned", payload: 2 });
    expect(await running.lambda.recycle("counting")).toBe(1);
    expect(running.lambda.instances()).toEqual({ counting: 0 });
    expect(await running.lambda.recycle("counting")).toBe(0);
    expect(await running.invoke("counting")).toEqual({ kind: "returned", payload: 1 });
  });

  test("leaves the instance in the middle of its work alone", async () => {
    await running.deploy("waiting", waiting, { timeout: 120 });
    const answer = running.invoke("waiting", 1);
    await running.lineWith("running 1");
    expect(await running.lambda.recycle("waiting")).toBe(0);
    await running.clock.advance(60_000);
    expect(await answer).toEqual({ kind: "returned", payload: 1 });
  });

  test("answers undefined for a function that does not exist", async () => {
    expect(await running.lambda.recycle("none")).toBeUndefined();
  });
});

describe("faults of invocations", () => {
  let faults: Faults;
  beforeEach(async () => {
    faults = createFaults({ clock: { setTimeout: () => ({ cancel: () => {} }) } });
    running = await startLambda({ faults });
    await running.deploy("counting", "let count = 0; export const handler = async () => ++count;");
    await running.deploy("other", "export const handler = async () => 'other';");
  });

  test("a throttled one never runs, and other functions do", async () => {
    const error = { name: "TooManyRequestsException", status: 429 };
    faults.replace([
      { service: "lambda", operation: "Invoke", match: ":function:counting", times: 1, error },
    ]);
    expect(await running.invoke("other")).toEqual({ kind: "returned", payload: "other" });
    await expect(running.invoke("counting")).rejects.toMatchObject({
      code: "TooManyRequestsException",
      status: 429,
    });
    expect(await running.invoke("counting")).toEqual({ kind: "returned", payload: 1 });
  });

  test("one whose answer is lost has run, and is found by its event", async () => {
    faults.replace([{ service: "lambda", match: '"id":7', after: true }]);
    await expect(running.invoke("counting", { id: 7 })).rejects.toThrow("cut the connection");
    expect(await running.invoke("counting", { id: 8 })).toEqual({ kind: "returned", payload: 2 });
  });
});
