import { crc32 } from "node:zlib";
import * as v from "valibot";
import { AwsError } from "../aws-error.ts";
import type { ServiceAnswer } from "./data-services.ts";
import type { DataService } from "./endpoint.ts";

/** Codes that come from the frame around every service, not from the service's own model. */
const commonCodes = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "InternalFailure",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "RequestEntityTooLarge",
  "SerializationException",
  "SignatureDoesNotMatch",
  "UnknownOperationException",
  "UnrecognizedClientException",
]);

const namespaces = {
  dynamodb: "com.amazonaws.dynamodb.v20120810",
  sqs: "com.amazonaws.sqs",
  secretsmanager: "com.amazonaws.secretsmanager",
};

/** SQS model errors whose code of the query protocol differs from their name (the AWS SDK's model of SQS). */
const queryCodes: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  QueueDeletedRecently: "AWS.SimpleQueueService.QueueDeletedRecently",
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
};

/**
 * An error in the AWS JSON 1.0 protocol. SQS adds the header of the query protocol, from which the SDK
 * takes the code.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#x-amzn-query-error
 */
export function errorAnswer(service: DataService, error: AwsError): ServiceAnswer {
  const { code, status, message, details } = error;
  const namespace = commonCodes.has(code) ? "com.amazon.coral.service" : namespaces[service];
  const fault = status < 500 ? "Sender" : "Receiver";
  return {
    status,
    body: JSON.stringify({ ...details, __type: `${namespace}#${code}`, message }),
    ...(service === "sqs" && { headers: { "x-amzn-query-error": `${queryCodes[code] ?? code};${fault}` } }),
  };
}

/** The headers of every answer. DynamoDB's carry a checksum of the body. */
export function answerHeaders(
  service: DataService,
  { body, headers }: ServiceAnswer,
  requestId: string,
): Record<string, string> {
  return {
    "content-type":
      service === "secretsmanager" ? "application/x-amz-json-1.1" : "application/x-amz-json-1.0",
    "content-length": String(Buffer.byteLength(body)),
    "x-amzn-requestid": requestId,
    ...(service === "dynamodb" && { "x-amz-crc32": String(crc32(body)) }),
    ...headers,
  };
}

const errorBody = v.looseObject({
  __type: v.string(),
  message: v.optional(v.string()),
  Message: v.optional(v.string()),
});

/** The parsed body of an answer; throws AwsError when the answer is an error. */
export function readAnswer({ status, body }: ServiceAnswer): unknown {
  const parsed: unknown = body === "" ? {} : JSON.parse(body);
  if (status < 400) return parsed;
  const { __type, message, Message, ...details } = v.parse(errorBody, parsed);
  throw new AwsError(__type.slice(__type.indexOf("#") + 1), status, message ?? Message ?? "", details);
}
