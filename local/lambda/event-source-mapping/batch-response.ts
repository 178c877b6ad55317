import * as v from "valibot";
import type { InvocationResult } from "../lambda.ts";

const batchResponse = v.nullish(
  v.object({
    batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.string() }))),
  }),
);

/**
 * The messages of a batch that were processed, which Lambda deletes. A failed invocation processed none.
 * With ReportBatchItemFailures the response names the failures; a response that names an unknown message,
 * or cannot be read, fails the whole batch
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function processedOf(
  messageIds: readonly string[],
  result: InvocationResult,
  reportBatchItemFailures: boolean,
): readonly string[] {
  if (result.kind === "failed") return [];
  if (!reportBatchItemFailures) return messageIds;
  const response = v.safeParse(batchResponse, result.payload);
  if (!response.success || Array.isArray(result.payload)) return [];
  const failures = response.output?.batchItemFailures ?? [];
  const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
  if (![...failed].every((id) => messageIds.includes(id))) return [];
  return messageIds.filter((id) => !failed.has(id));
}
