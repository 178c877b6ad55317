import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { processedOf } from "../../../../local/lambda/event-source-mapping/batch-response.ts";

const ids = ["a", "b", "c"];
const processed = (payload: unknown) => processedOf(ids, { kind: "returned", payload }, true);

describe("the whole batch was processed when the function returns", () => {
  test.each([[null], [undefined], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    "%j",
    (payload) => expect(processed(payload)).toEqual(["a", "b", "c"]),
  );
});

describe("none of the batch was processed when the function returns", () => {
  test.each([
    ["text"],
    [[]],
    [{ batchItemFailures: "a" }],
    [{ batchItemFailures: [{ itemIdentifier: "" }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ itemIdentifier: "a" }, { id: "b" }] }],
    [{ batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "unknown" }] }],
    [{ batchItemFailures: [null] }],
  ])("%j", (payload) => expect(processed(payload)).toEqual([]));
});

test("the named messages failed, the others were processed, in their order", () => {
  expect(processed({ batchItemFailures: [{ itemIdentifier: "b" }, { itemIdentifier: "b" }] })).toEqual([
    "a",
    "c",
  ]);
});

test("a failed invocation processed nothing, whatever the mapping reports", () => {
  const failed = { kind: "failed", errorType: "Error", errorMessage: "no" } as const;
  expect(processedOf(ids, failed, true)).toEqual([]);
  expect(processedOf(ids, failed, false)).toEqual([]);
});

test("without ReportBatchItemFailures the response is not read", () => {
  const payload = { batchItemFailures: [{ itemIdentifier: "b" }] };
  expect(processedOf(ids, { kind: "returned", payload }, false)).toEqual(["a", "b", "c"]);
});

test("whatever is returned, only messages of the batch are processed", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.record({
          batchItemFailures: fc.array(fc.record({ itemIdentifier: fc.constantFrom("a", "b", "d") })),
        }),
      ),
      (payload) => {
        const result = processed(payload);
        expect(result.every((id) => ids.includes(id))).toBe(true);
      },
    ),
  );
});
