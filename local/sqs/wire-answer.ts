import type { AwsError } from "../aws-error.ts";

export interface WireAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const contentType = { "content-type": "application/x-amz-json-1.0" };

export function answer(body: object): WireAnswer {
  return { status: 200, body: JSON.stringify(body), headers: contentType };
}

/** Codes whose old query-protocol spelling differs, which SDKs read from the header of their answer. */
const queryCodes: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "BatchEntryIdsNotDistinct",
    "BatchRequestTooLong",
    "EmptyBatchRequest",
    "InvalidBatchEntryId",
    "MessageNotInflight",
    "TooManyEntriesInBatchRequest",
    "UnsupportedOperation",
  ].map((code) => [code, `AWS.SimpleQueueService.${code}`]),
);

/** A refusal in the form of https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html */
export function refusal({ code, status, message }: AwsError): WireAnswer {
  const queryCode =
    code === "QueueDoesNotExist" ? "AWS.SimpleQueueService.NonExistentQueue" : (queryCodes[code] ?? code);
  return {
    status,
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
    headers: { ...contentType, "x-amzn-query-error": `${queryCode};Sender` },
  };
}
