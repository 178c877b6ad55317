import { expect, test } from "@jest/globals";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createAsynchronousInvoker } from "../../../local/lambda/asynchronous-invocation.ts";
import type { InvocationResult } from "../../../local/lambda/lambda.ts";

const invocation = {
  functionName: "sweep",
  payload: {},
  principal: { kind: "role", arn: "arn:aws:iam::000000000000:role/schedule" },
  context: {},
} as const;
const failed: InvocationResult = { kind: "failed", errorType: "Error", errorMessage: "no" };
const done: InvocationResult = { kind: "returned", payload: null };

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A function whose outcomes are given; the last one repeats. */
function invoking(...outcomes: (InvocationResult | AwsError)[]) {
  const clock = new AdvanceableClock(() => 0);
  const times: number[] = [];
  const invoke = async () => {
    times.push(clock.now());
    const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
    if (!outcome || outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { clock, times, invoker: createAsynchronousInvoker({ clock, lambda: { invoke } }) };
}

const throttled = new AwsError("TooManyRequestsException", 429, "Rate Exceeded.");

test("a failing function is tried three times: at once, a minute later, and two minutes after that", async () => {
  const { clock, times, invoker } = invoking(failed);
  const result = invoker.invoke(invocation);
  await turn();
  await clock.advance(3_600_000);
  expect(await result).toEqual(failed);
  expect(times).toEqual([0, 60_000, 180_000]);
});

test("a function that succeeds on the second attempt is not tried again", async () => {
  const { clock, times, invoker } = invoking(failed, done);
  const result = invoker.invoke(invocation);
  await turn();
  await clock.advance(3_600_000);
  expect(await result).toEqual(done);
  expect(times).toEqual([0, 60_000]);
});

test("a throttled invocation waits longer each time, at most five minutes, for six hours", async () => {
  const { clock, times, invoker } = invoking(throttled);
  const result = invoker.invoke(invocation);
  await turn();
  await clock.advance(24 * 3_600_000);
  expect(await result).toBeUndefined();
  expect(times.slice(0, 5)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
  expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).toBe(300_000);
  expect(times.at(-1)).toBeLessThanOrEqual(6 * 3_600_000);
});

test("an invocation that Lambda does not accept rejects and is not repeated", async () => {
  const { times, invoker } = invoking(new AwsError("AccessDeniedException", 403, "no"));
  await expect(invoker.invoke(invocation)).rejects.toMatchObject({ code: "AccessDeniedException" });
  expect(times).toEqual([0]);
});

test("stopping ends a wait", async () => {
  const { times, invoker } = invoking(failed);
  const result = invoker.invoke(invocation);
  await turn();
  invoker.stop();
  expect(await result).toEqual(failed);
  expect(times).toEqual([0]);
});
