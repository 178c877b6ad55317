import * as v from "valibot";

const throttling = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "ThrottlingException",
  "TooManyRequestsException",
]);

const network = new Set(["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ENOTFOUND", "EPIPE", "ETIMEDOUT"]);

const awsError = v.object({
  name: v.optional(v.string(), ""),
  code: v.optional(v.unknown()),
  $metadata: v.optional(v.object({ httpStatusCode: v.optional(v.number(), 0) }), {}),
});

/**
 * What an error of the AWS SDK says about its service: `throttled` (too fast, the request had no effect),
 * `failing` (5xx, network or timeout: it may have had its effect), or `answered` (any other answer, final).
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function classify(error: unknown): "throttled" | "failing" | "answered" {
  const parsed = v.safeParse(awsError, error);
  if (!parsed.success) return "answered";
  const { name, code, $metadata } = parsed.output;
  const status = $metadata.httpStatusCode ?? 0;
  if (throttling.has(name) || status === 429) return "throttled";
  const timedOut = name === "AbortError" || name === "TimeoutError";
  if (timedOut || status >= 500 || (typeof code === "string" && network.has(code))) return "failing";
  return "answered";
}
