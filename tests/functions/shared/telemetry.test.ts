import { describe, expect, test } from "@jest/globals";
import { countAwsCall } from "../../../functions/shared/aws-calls.ts";
import { stackOf, telemetry } from "../../../functions/shared/telemetry.ts";

function observed() {
  const written: string[] = [];
  let elapsed = 100;
  const observe = telemetry("relay", {
    now: () => 1_800_000_000_000,
    elapsed: () => {
      elapsed += 4.5;
      return elapsed;
    },
    write: (text) => void written.push(text),
  }).observe;
  return { observe, written, lines: () => written.map((line) => JSON.parse(line)) };
}

test.each([
  ["/synapse-d/prod/RelayServer", "prod"],
  ["/synapse-d/acme.eu-1/RelayServer", "acme.eu-1"],
  ["/aws/lambda/a/b", undefined],
  ["RelayServer", undefined],
  [undefined, undefined],
])("the log group %s is of the stack %s", (logGroup, stack) => {
  expect(stackOf(logGroup)).toBe(stack);
});

test("the metrics of each stack of an account are its own", async () => {
  const written: string[] = [];
  const { observe } = telemetry("reconcile", {
    ...{ now: () => 0, elapsed: () => 0, write: (text) => void written.push(text), stack: "prod" },
  });
  await observe("reconciliation", async (line) => line.add({ outcome: "reconciled", drifted: 2 }));
  const [{ stack, _aws }] = written.map((text) => JSON.parse(text));
  expect([
    stack,
    _aws.CloudWatchMetrics.map(({ Dimensions }: { Dimensions: unknown }) => Dimensions),
  ]).toEqual(["prod", [[["stack", "function"]], [["stack"]]]]);
});

describe("the line of a piece of work", () => {
  test("is one line that says what happened, how long it took and how many AWS calls it made", async () => {
    const { observe, written, lines } = observed();
    const result = await observe("connect", async (line) => {
      line.add({ tenant: "acme" });
      countAwsCall();
      countAwsCall();
      line.add({ outcome: "connected" });
      return "done";
    });
    expect(result).toBe("done");
    expect(written).toHaveLength(1);
    expect(written[0]?.endsWith("}\n")).toBe(true);
    expect(lines()).toEqual([
      {
        time: "2027-01-15T08:00:00.000Z",
        level: "INFO",
        function: "relay",
        event: "connect",
        tenant: "acme",
        outcome: "connected",
        durationMs: 4.5,
        awsCalls: 2,
        coldStart: true,
        Connects: 1,
        _aws: {
          Timestamp: 1_800_000_000_000,
          CloudWatchMetrics: [
            {
              Namespace: "SynapseD",
              Dimensions: [["outcome"]],
              Metrics: [{ Name: "Connects", Unit: "Count" }],
            },
          ],
        },
      },
    ]);
  });

  test("is written when the work throws, and the error goes on", async () => {
    const { observe, lines } = observed();
    const work = observe("frame", async () => {
      throw new TypeError("secret");
    });
    await expect(work).rejects.toThrow("secret");
    expect(lines()).toMatchObject([
      { level: "ERROR", outcome: "failed", code: "internal", errorName: "TypeError" },
    ]);
    expect(JSON.stringify(lines())).not.toContain("secret");
  });

  test("keeps apart what works at the same time", async () => {
    const { observe, lines } = observed();
    const one = Promise.withResolvers<void>();
    const first = observe("delivery", async (line) => {
      await one.promise;
      countAwsCall();
      line.add({ outcome: "served" });
    });
    await observe("delivery", async (line) => {
      countAwsCall();
      countAwsCall();
      line.add({ outcome: "refused" });
    });
    one.resolve();
    await first;
    expect(lines().map(({ level, awsCalls, coldStart }) => [level, awsCalls, coldStart])).toEqual([
      ["WARN", 2, false],
      ["INFO", 1, true],
    ]);
  });

  test("lists fields that were not admitted", async () => {
    const { observe, lines } = observed();
    await observe("frame", async (line) => line.add({ outcome: "queued", connectionId: "x".repeat(43) }));
    expect(lines()).toMatchObject([{ outcome: "queued", dropped: ["connectionId"] }]);
  });

  test("outside of any work an AWS call is not counted", () => {
    expect(() => countAwsCall()).not.toThrow();
  });
});
