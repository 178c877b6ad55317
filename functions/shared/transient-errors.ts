import * as v from "valibot";

const throttling = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

/** Reasons for which a transaction was cancelled that are gone the next moment. */
const passing = new Set(["ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"]);

const network = new Set(["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ENOTFOUND", "EPIPE", "ETIMEDOUT"]);

const awsError = v.object({
  name: v.optional(v.string(), ""),
  code: v.optional(v.unknown()),
  $metadata: v.optional(v.object({ httpStatusCode: v.optional(v.number(), 0) }), {}),
  CancellationReasons: v.optional(v.array(v.object({ Code: v.optional(v.string(), "None") })), []),
});

/**
 * What an error of a call to AWS says about its service: `throttled` (too fast, or beside a transaction: the request
 * had no effect),
 * `failing` (5xx, network or timeout: it may have had its effect), or `answered` (any other answer, final).
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export function classify(error: unknown): "throttled" | "failing" | "answered" {
  const parsed = v.safeParse(awsError, error);
  if (!parsed.success) return "answered";
  const { name, code, $metadata, CancellationReasons } = parsed.output;
  const status = $metadata.httpStatusCode ?? 0;
  if (throttling.has(name) || status === 429) return "throttled";
  const reasons = CancellationReasons.map(({ Code }) => Code).filter((reason) => reason !== "None");
  if (reasons.length > 0 && reasons.every((reason) => passing.has(reason))) return "throttled";
  const timedOut = name === "AbortError" || name === "TimeoutError";
  if (timedOut || status >= 500 || (typeof code === "string" && network.has(code))) return "failing";
  return "answered";
}
