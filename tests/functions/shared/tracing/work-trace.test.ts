import { describe, expect, test } from "@jest/globals";
import { telemetry } from "../../../../functions/shared/telemetry.ts";
import { traceCall } from "../../../../functions/shared/tracing/work-trace.ts";
import { fakeTracing, originRoot, ownRoot } from "./fake-tracing.ts";

function observed(header?: string) {
  const { ports: tracing, sent } = fakeTracing(header);
  const written: string[] = [];
  const { observe } = telemetry("deliver", {
    ...{ now: () => 0, elapsed: () => 0, write: (text) => void written.push(text), stack: "prod", tracing },
  });
  return { observe, sent, lines: () => written.map((line) => JSON.parse(line)) };
}

const table = () => ({
  name: "DynamoDB",
  namespace: "aws" as const,
  detail: () => ({ aws: { operation: "GetItem" } }),
});
const failing = (error: Error) => traceCall(table, async () => Promise.reject(error)).catch(() => {});

describe("a piece of work", () => {
  test("is a segment under its invocation, with its calls, and what the log may say of it", async () => {
    const { observe, sent, lines } = observed();
    await observe("delivery", async (line) => {
      await traceCall(table, async () => "row");
      line.add({ outcome: "served", kind: "waiting", channel: "0123456789abcdef", receiveCount: 2 });
    });
    expect(sent).toEqual([
      {
        type: "subsegment",
        trace_id: ownRoot,
        parent_id: "53995c3f42cd8ad8",
        id: "0000000000000001",
        name: "delivery",
        start_time: 1_800_000_000.005,
        end_time: 1_800_000_000.02,
        annotations: {
          stack: "prod",
          function: "deliver",
          outcome: "served",
          kind: "waiting",
          channel: "0123456789abcdef",
        },
        subsegments: [
          {
            id: "0000000000000002",
            name: "DynamoDB",
            namespace: "aws",
            start_time: 1_800_000_000.01,
            end_time: 1_800_000_000.015,
            aws: { operation: "GetItem" },
          },
        ],
      },
    ]);
    expect(lines()).toMatchObject([{ traceId: ownRoot }]);
    expect(lines()[0]).not.toHaveProperty("originTraceId");
  });

  test("for a message names the trace in which that began, and the call that sent it", async () => {
    const { observe, sent, lines } = observed();
    const header = `Root=${originRoot};Parent=00000000000000ff;Sampled=1`;
    await observe("delivery", async (line) => line.add({ outcome: "served" }), header);
    expect(lines()).toMatchObject([{ traceId: ownRoot, originTraceId: originRoot }]);
    expect(sent).toMatchObject([
      { trace_id: ownRoot, annotations: { origin: originRoot, sentBy: "00000000000000ff" } },
    ]);
  });

  test.each([
    ["failed", { fault: true }],
    ["refused", { error: true }],
  ] as const)("that is %s is marked", async (outcome, flags) => {
    const { observe, sent } = observed();
    await observe("frame", async (line) => line.add({ outcome }));
    expect(sent).toMatchObject([flags]);
  });

  test("that throws is sent too", async () => {
    const { observe, sent } = observed();
    const work = observe("frame", async () => Promise.reject(new TypeError("secret")));
    await expect(work).rejects.toThrow("secret");
    expect(sent).toMatchObject([{ fault: true, annotations: { errorName: "TypeError" } }]);
    expect(JSON.stringify(sent)).not.toContain("secret");
  });

  test("says nothing that the log may not say", async () => {
    const { observe, sent } = observed();
    const proof = "p".repeat(43);
    await observe("frame", async (line) =>
      line.add({ outcome: "queued", connectionId: proof, channel: "a@b.c" }),
    );
    expect(sent).toMatchObject([{ annotations: { outcome: "queued" } }]);
    expect(JSON.stringify(sent)).not.toMatch(/ppp|a@b/);
  });

  test("lists a hundred calls, and counts the others", async () => {
    const { observe, sent } = observed();
    await observe("sweep", async () => {
      for (let call = 0; call < 103; call += 1) await traceCall(table, async () => "row");
    });
    const [{ subsegments, annotations }] = sent as [{ subsegments: unknown[]; annotations: object }];
    expect([subsegments.length, annotations]).toEqual([100, expect.objectContaining({ callsOmitted: 3 })]);
    expect(JSON.stringify(sent).length).toBeLessThan(64_000);
  });

  test.each([
    ["not sampled", `Root=${ownRoot};Parent=53995c3f42cd8ad8;Sampled=0`, ownRoot],
    ["of no trace", "", undefined],
  ])("whose invocation is %s sends nothing, and calls just as well", async (_, header, traceId) => {
    const { observe, sent, lines } = observed(header);
    const result = await observe("frame", () => traceCall(table, async (id) => `row of ${id}`));
    expect([result, sent, lines()[0].traceId]).toEqual(["row of undefined", [], traceId]);
  });

  test("keeps apart what works at the same time", async () => {
    const { observe, sent } = observed();
    const gate = Promise.withResolvers<void>();
    const first = observe("delivery", async () => {
      await gate.promise;
      await traceCall(table, async () => "row");
    });
    await observe("delivery", async () => "nothing");
    gate.resolve();
    await first;
    expect(sent).toMatchObject([{}, { subsegments: [{ name: "DynamoDB" }] }]);
    expect(sent[0]).not.toHaveProperty("subsegments");
  });
});

describe("a call that fails", () => {
  const answer = (httpStatusCode: number, name = "Error") =>
    Object.assign(new Error("of alice@example.com"), { name, $metadata: { httpStatusCode } });

  test.each([
    ["no attempt was answered", answer(0, "TimeoutError"), { fault: true }],
    ["the service fails", answer(500, "InternalServerError"), { fault: true }],
    ["it is too fast", answer(400, "ThrottlingException"), { error: true, throttle: true }],
    ["it is refused", answer(400, "ConditionalCheckFailedException"), { error: true }],
  ])("is marked when %s, with the error's class alone", async (_, error, flags) => {
    const { observe, sent } = observed();
    await observe("frame", () => failing(error));
    const [{ subsegments }] = sent as [{ subsegments: object[] }];
    expect(subsegments).toEqual([
      {
        ...{ id: "0000000000000002", name: "DynamoDB", namespace: "aws", aws: { operation: "GetItem" } },
        ...{ start_time: 1_800_000_000.01, end_time: 1_800_000_000.015 },
        ...flags,
        cause: { exceptions: [{ id: "0000000000000003", type: error.name }] },
      },
    ]);
  });
});
