import { expect, test } from "@jest/globals";
import { classify } from "../../../functions/shared/transient-errors.ts";

const cancelled = (...codes: string[]) => ({
  name: "TransactionCanceledException",
  $metadata: { httpStatusCode: 400 },
  CancellationReasons: codes.map((Code) => ({ Code })),
});

test.each([
  [{ name: "ThrottlingException", $metadata: { httpStatusCode: 400 } }, "throttled"],
  [{ name: "ProvisionedThroughputExceededException" }, "throttled"],
  [{ name: "LimitExceededException", $metadata: { httpStatusCode: 429 } }, "throttled"],
  [{ name: "Unknown", $metadata: { httpStatusCode: 429 } }, "throttled"],
  [{ name: "InternalServerError", $metadata: { httpStatusCode: 500 } }, "failing"],
  [{ name: "Unknown", $metadata: { httpStatusCode: 503 } }, "failing"],
  [{ name: "TransactionConflictException", $metadata: { httpStatusCode: 400 } }, "throttled"],
  [cancelled("None", "TransactionConflict"), "throttled"],
  [cancelled("ThrottlingError", "TransactionConflict"), "throttled"],
  [cancelled("ConditionalCheckFailed", "TransactionConflict"), "answered"],
  [cancelled("ConditionalCheckFailed", "None"), "answered"],
  [{ name: "AbortError" }, "failing"],
  [{ name: "TimeoutError" }, "failing"],
  [{ name: "Error", code: "ECONNRESET", $metadata: {} }, "failing"],
  [{ name: "Error", code: 17 }, "answered"],
  [{ name: "GoneException", $metadata: { httpStatusCode: 410 } }, "answered"],
  [{ name: "ConditionalCheckFailedException", $metadata: { httpStatusCode: 400 } }, "answered"],
  [{ name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } }, "answered"],
  [{ name: "Error", $metadata: { httpStatusCode: undefined } }, "answered"],
  [{}, "answered"],
  ["text", "answered"],
  [undefined, "answered"],
])("takes %j as %s", (error, kind) => {
  expect(classify(error)).toBe(kind);
});
