import { traceHeaderText } from "./trace-header.ts";
import { headerToPass, traceCall } from "./work-trace.ts";

/** `never`: each operation of each client has its own input, and here any will do. */
interface Arguments {
  readonly input: never;
}
type Step = (args: Arguments) => Promise<unknown>;
interface Context {
  readonly clientName?: string;
  readonly commandName?: string;
}

/** What a client of AWS's SDK has. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: (next: Step, context: Context) => Step,
      options: { readonly step: "initialize"; readonly name: string },
    ): void;
  };
}

/**
 * The same client, whose calls are segments of the trace, and whose messages to SQS carry the trace in which all began:
 * in the system attribute `AWSTraceHeader`, which counts for no quota and goes before the header that the SDK sends by
 * itself (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html).
 */
export function traced<C extends Client>(client: C): C {
  client.middlewareStack.add(
    (next, { clientName = "", commandName = "" }) =>
      (args) => {
        const operation = commandName.replace(/Command$/, "");
        return traceCall(
          () => ({
            name: clientName.replace(/Client$/, ""),
            namespace: "aws",
            detail: (result, error) => ({
              aws: { operation, ...resourceOf(args.input), ...requestOf(result, error) },
            }),
          }),
          (id) => next(operation === "SendMessage" ? withHeader(args, id) : args),
        );
      },
    { step: "initialize", name: "traced" },
  );
  return client;
}

function withHeader<A extends Arguments>(args: A, callId: string | undefined): A {
  const header = headerToPass(callId);
  if (!header) return args;
  const AWSTraceHeader = { DataType: "String", StringValue: traceHeaderText(header) };
  return { ...args, input: { ...(args.input as object), MessageSystemAttributes: { AWSTraceHeader } } };
}

/** Names of the stack's own tables and queues say nothing of people; keys and bodies would. */
function resourceOf(input: object): object {
  return {
    ...("TableName" in input && { table_name: input.TableName }),
    ...("QueueUrl" in input && { queue_url: input.QueueUrl }),
  };
}

function requestOf(result: unknown, error: unknown): object {
  const metadata = metadataIn(result) ?? metadataIn(error);
  return typeof metadata?.requestId === "string" ? { request_id: metadata.requestId } : {};
}

function metadataIn(value: unknown): { readonly requestId?: unknown } | undefined {
  const holder = isObject(value) && "output" in value ? value.output : value;
  return isObject(holder) && "$metadata" in holder && isObject(holder.$metadata)
    ? holder.$metadata
    : undefined;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
