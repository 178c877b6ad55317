import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createFaults } from "../../../local/faults/create-faults.ts";
import type { Call, FaultRule } from "../../../local/faults/fault-rule.ts";
import { DroppedCall, type Faults } from "../../../local/faults/faults.ts";

const call: Call = { service: "sqs", operation: "SendMessage", text: () => "" };
const error = { name: "ServiceUnavailable", status: 503 };

let clock: AdvanceableClock;
let faults: Faults;
let effects: string[];

beforeEach(() => {
  clock = new AdvanceableClock(() => 1_000);
  faults = createFaults({ clock, newSeed: () => 77 });
  effects = [];
});

const effect = () => {
  effects.push("done");
  return "answer";
};
const through = (rule: Omit<FaultRule, "service">, act: () => string = effect) => {
  faults.replace([{ service: "sqs", ...rule }]);
  return faults.through(call, act);
};

test("lets a call pass that no rule concerns, at once", async () => {
  const answer = faults.through(call, effect);
  expect(effects).toEqual(["done"]);
  expect(await answer).toBe("answer");
});

test("throws the rule's error in place of the effect", async () => {
  const thrown = await through({ error }).catch((reason: unknown) => reason);
  expect(thrown).toBeInstanceOf(AwsError);
  expect(thrown).toMatchObject({ code: "ServiceUnavailable", status: 503 });
  expect(effects).toEqual([]);
});

test("drops a call without its effect", async () => {
  await expect(through({ drop: true })).rejects.toBeInstanceOf(DroppedCall);
  expect(effects).toEqual([]);
});

describe("with after, the call takes effect", () => {
  test("and its answer is lost", async () => {
    await expect(through({ after: true })).rejects.toBeInstanceOf(DroppedCall);
    await expect(through({ after: true, drop: true })).rejects.toBeInstanceOf(DroppedCall);
    expect(effects).toEqual(["done", "done"]);
  });

  test("and the error is the answer, also to what was refused", async () => {
    await expect(through({ after: true, error })).rejects.toMatchObject({ code: "ServiceUnavailable" });
    expect(effects).toEqual(["done"]);
    const refused = () => {
      throw new AwsError("QueueDoesNotExist", 400, "no");
    };
    await expect(through({ after: true, error }, refused)).rejects.toMatchObject({
      code: "ServiceUnavailable",
    });
  });

  test("and its answer, or its refusal, comes late", async () => {
    const answer = through({ after: true, latencyMs: 500 });
    expect(effects).toEqual(["done"]);
    await clock.advance(500);
    expect(await answer).toBe("answer");
    const refused = through({ after: true, latencyMs: 500 }, () => {
      throw new AwsError("QueueDoesNotExist", 400, "no");
    });
    const outcome = expect(refused).rejects.toMatchObject({ code: "QueueDoesNotExist" });
    await clock.advance(500);
    await outcome;
  });

  test("and a fault of the local cloud itself is not hidden", async () => {
    const broken = () => {
      throw new TypeError("a fault");
    };
    await expect(through({ after: true, error }, broken)).rejects.toThrow("a fault");
  });
});

test("holds a call back for its latency on the clock, then lets it take effect", async () => {
  const answer = through({ latencyMs: 500 });
  await clock.advance(499);
  expect(effects).toEqual([]);
  await clock.advance(1);
  expect(await answer).toBe("answer");
  expect(effects).toEqual(["done"]);
});

test("waits for its latency before it throws", async () => {
  let settled = false;
  const answer = through({ latencyMs: 500, error }).catch(() => {
    settled = true;
  });
  await clock.advance(499);
  expect(settled).toBe(false);
  await clock.advance(1);
  await answer;
  expect(settled).toBe(true);
});

test("lists its rules with how often each fired, and its seed", async () => {
  faults.replace([
    { service: "sqs", times: 1, error },
    { service: "lambda", drop: true },
  ]);
  await expect(faults.through(call, effect)).rejects.toThrow();
  await faults.through(call, effect);
  expect(faults.list()).toEqual({
    seed: 77,
    faults: [
      { service: "sqs", times: 1, error: { name: "ServiceUnavailable", status: 503 }, fired: 1 },
      { service: "lambda", drop: true, fired: 0 },
    ],
  });
  faults.replace([]);
  expect(faults.list().faults).toEqual([]);
});

/** Which of so many calls fail. */
async function pattern(seed: number, probability: number, calls: number): Promise<string> {
  faults.replace([{ service: "sqs", probability, drop: true }], seed);
  const outcomes = [];
  for (let index = 0; index < calls; index++) {
    outcomes.push(await faults.through(call, () => ".").catch(() => "x"));
  }
  return outcomes.join("");
}

test("a seed gives the same faults each time, on every machine, and another seed others", async () => {
  expect(await pattern(1, 0.3, 20)).toBe("..x...x.x.......x...");
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), async (seed, probability) => {
      expect(await pattern(seed, probability, 20)).toBe(await pattern(seed, probability, 20));
    }),
    { numRuns: 30 },
  );
  expect(await pattern(1, 0.5, 40)).not.toBe(await pattern(2, 0.5, 40));
});

test("a rule fires about as often as its probability says", async () => {
  const fired = (await pattern(3, 0.05, 10_000)).replaceAll(".", "").length;
  expect(fired).toBeGreaterThan(400);
  expect(fired).toBeLessThan(600);
});
