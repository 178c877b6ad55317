import * as v from "valibot";
import { AwsError } from "../aws-error.ts";
import { recordOf } from "../record-of.ts";
import { traceHeaderForm } from "../xray/trace-header.ts";

const messageAttributes = v.optional(
  recordOf(
    v.string(),
    v.object({
      DataType: v.pipe(v.string(), v.regex(/^(String|Number|Binary)(\..+)?$/)),
      StringValue: v.exactOptional(v.string()),
      BinaryValue: v.exactOptional(v.string()),
    }),
  ),
  {},
);

/** The one that there is: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageSystemAttributeValue.html */
const systemAttributes = v.optional(
  v.strictObject({
    AWSTraceHeader: v.optional(
      v.object({
        DataType: v.literal("String"),
        StringValue: v.pipe(v.string(), v.regex(traceHeaderForm, "expected an X-Ray trace header")),
      }),
    ),
  }),
  {},
);

const names = v.optional(v.array(v.string()), []);
const integer = v.pipe(v.number(), v.integer());

const message = {
  MessageBody: v.string(),
  DelaySeconds: v.optional(v.pipe(integer, v.minValue(0), v.maxValue(900))),
  MessageAttributes: messageAttributes,
  MessageSystemAttributes: systemAttributes,
  MessageDeduplicationId: v.optional(v.string()),
  MessageGroupId: v.optional(v.string()),
};
const receipt = { ReceiptHandle: v.string() };
const visibility = { ...receipt, VisibilityTimeout: v.pipe(integer, v.minValue(0), v.maxValue(43_200)) };
const entries = <E extends v.ObjectEntries>(entry: E) => v.array(v.object({ ...entry, Id: v.string() }));
const queue = { QueueUrl: v.string() };

/** The requests that are served: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
export const requests = {
  SendMessage: v.object({ ...queue, ...message }),
  SendMessageBatch: v.object({ ...queue, Entries: entries(message) }),
  ReceiveMessage: v.object({
    ...queue,
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
    MaxNumberOfMessages: v.optional(v.pipe(integer, v.minValue(1), v.maxValue(10)), 1),
    VisibilityTimeout: v.optional(visibility.VisibilityTimeout),
    WaitTimeSeconds: v.optional(v.pipe(integer, v.minValue(0), v.maxValue(20))),
  }),
  DeleteMessage: v.object({ ...queue, ...receipt }),
  DeleteMessageBatch: v.object({ ...queue, Entries: entries(receipt) }),
  ChangeMessageVisibility: v.object({ ...queue, ...visibility }),
  ChangeMessageVisibilityBatch: v.object({ ...queue, Entries: entries(visibility) }),
  GetQueueAttributes: v.object({ ...queue, AttributeNames: names }),
  GetQueueUrl: v.object({ QueueName: v.string() }),
  ListQueues: v.object({ QueueNamePrefix: v.optional(v.string()) }),
  ListDeadLetterSourceQueues: v.object(queue),
  PurgeQueue: v.object(queue),
};

export type Operation = keyof typeof requests;
export type RequestOf<O extends Operation> = v.InferOutput<(typeof requests)[O]>;

/** Throws AwsError UnsupportedOperation for what the local cloud does not serve. */
export function knownOperation(operation: string): Operation {
  if (Object.hasOwn(requests, operation)) return operation as Operation;
  throw new AwsError("UnsupportedOperation", 400, `The local cloud has no SQS ${operation}`);
}

/** Throws AwsError for a request that is not of its operation's form. */
export function parseRequest<O extends Operation>(operation: O, request: unknown): RequestOf<O> {
  const parsed = v.safeParse(requests[operation], request);
  if (parsed.success) return parsed.output as RequestOf<O>;
  const [issue] = parsed.issues;
  const parameter = v.getDotPath(issue) ?? "";
  if (issue.kind === "validation") {
    throw new AwsError(
      "InvalidParameterValue",
      400,
      `Value ${JSON.stringify(issue.input)} for parameter ${parameter} is invalid. Reason: ${issue.message}`,
    );
  }
  if (issue.input === undefined && parameter) {
    throw new AwsError("MissingParameter", 400, `The request must contain the parameter ${parameter}.`);
  }
  throw new AwsError(
    "SerializationException",
    400,
    `The request is not of the form of ${operation}: ${issue.message}`,
  );
}
