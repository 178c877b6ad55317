import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { countingAwsCalls } from "../../../functions/shared/aws-calls.ts";
import { limits, resilient } from "../../../functions/shared/resilience.ts";

const failing = () => Object.assign(new Error("down"), { $metadata: { httpStatusCode: 500 } });
const throttled = () => Object.assign(new Error("slow down"), { name: "ThrottlingException" });

/** Answers in turn: throws errors, returns anything else. */
function answering(...answers: readonly unknown[]) {
  const left = [...answers];
  return async () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const result = Promise.allSettled([work]);
  await jest.runAllTimersAsync();
  return (await result)[0] as PromiseSettledResult<T>;
}

beforeEach(() => void jest.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void jest.useRealTimers());

describe("a call of a dependency", () => {
  test.each([
    ["failing", failing],
    ["throttled", throttled],
  ])("succeeds after it was %s twice, and counts every attempt", async (_, error) => {
    const calls = { count: 0 };
    const guarded = resilient("dynamodb");
    const result = await settled(countingAwsCalls(calls, () => guarded(answering(error(), error(), "row"))));
    expect(result).toEqual({ status: "fulfilled", value: "row" });
    expect(calls).toEqual({ count: 3 });
  });

  test("fails as unavailable and retryable when retries do not help", async () => {
    const result = await settled(resilient("sqs")(answering(throttled())));
    expect(result).toMatchObject({
      status: "rejected",
      reason: { code: "sqs_unavailable", retryable: true, cause: { name: "ThrottlingException" } },
    });
  });

  test("passes a final answer on at once, unchanged", async () => {
    const calls = { count: 0 };
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    const result = await settled(countingAwsCalls(calls, () => resilient("dynamodb")(answering(denied))));
    expect(result).toEqual({ status: "rejected", reason: denied });
    expect(calls.count).toBe(1);
  });

  test("that must not have its effect twice is repeated after throttling only", async () => {
    const guarded = resilient("connections", limits.connections, "throttled");
    const calls = { count: 0 };
    const call = (...answers: unknown[]) =>
      settled(countingAwsCalls(calls, () => guarded(answering(...answers))));
    expect(await call(throttled(), "row")).toEqual({ status: "fulfilled", value: "row" });
    expect(calls.count).toBe(2);
    expect(await call(failing(), "row")).toMatchObject({ reason: { code: "connections_unavailable" } });
    expect(calls.count).toBe(3);
    expect(await call(throttled(), failing(), "row")).toMatchObject({ status: "rejected" });
    expect(calls.count).toBe(5);
  });

  test("aborts attempts that hang, within the total time", async () => {
    const started = Date.now();
    const hangs = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () =>
          reject(Object.assign(new Error("aborted"), { name: "AbortError" })),
        );
      });
    const work = resilient("dynamodb")(hangs);
    const outcome = work.then(
      () => "answered",
      (error) => ({ code: error.code, after: Date.now() - started }),
    );
    await jest.advanceTimersByTimeAsync(3_500);
    expect(await outcome).toEqual({ code: "dynamodb_unavailable", after: 3_000 });
  });

  test("leaves no timer behind", async () => {
    await settled(resilient("dynamodb")(answering(failing(), "row")));
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("the circuit", () => {
  test("opens after five failing attempts in a row, and closes when the dependency heals", async () => {
    const guarded = resilient("dynamodb");
    const calls = { count: 0 };
    const call = (...answers: unknown[]) =>
      settled(countingAwsCalls(calls, () => guarded(answering(...answers))));
    await call(failing());
    await call(failing());
    expect(calls.count).toBe(5);

    const refused = await call("row");
    expect(refused).toMatchObject({ reason: { message: "the circuit of dynamodb is open" } });
    expect(calls.count).toBe(5);

    jest.setSystemTime(Date.now() + 5_000);
    expect(await call("row")).toEqual({ status: "fulfilled", value: "row" });
    expect(await call("row")).toEqual({ status: "fulfilled", value: "row" });
  });

  test("stays closed however often one key is throttled", async () => {
    const guarded = resilient("connections");
    for (let time = 0; time < 10; time++) await settled(guarded(answering(throttled())));
    expect(await settled(guarded(answering("ok")))).toEqual({ status: "fulfilled", value: "ok" });
  });
});
