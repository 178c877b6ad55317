import type * as sdk from "@aws-sdk/client-sqs";
import { traceHeaderText } from "../tracing/trace-header.ts";
import { headerToPass } from "../tracing/work-trace.ts";
import { AwsCommand, AwsJsonClient, type ClientConfiguration } from "./aws-json-client.ts";

/** As much of SQS as the functions call, in the SDK's names and with its types. */
export class SQSClient extends AwsJsonClient {
  constructor(configuration?: ClientConfiguration) {
    const service = { name: "SQS", signingName: "sqs", target: "AmazonSQS" };
    super({ ...service, jsonVersion: "1.0", errors: {} }, configuration);
  }

  /**
   * A message carries the trace in which all began, in the system attribute `AWSTraceHeader`, which counts for no quota
   * and goes before the request's own header (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html).
   */
  protected override withTrace(operation: string, input: object, callId: string | undefined): object {
    const header = operation === "SendMessage" ? headerToPass(callId) : undefined;
    if (!header) return input;
    const AWSTraceHeader = { DataType: "String", StringValue: traceHeaderText(header) };
    return { ...input, MessageSystemAttributes: { AWSTraceHeader } };
  }
}

export class ChangeMessageVisibilityCommand extends AwsCommand<
  sdk.ChangeMessageVisibilityCommandInput,
  sdk.ChangeMessageVisibilityCommandOutput
> {
  readonly operation = "ChangeMessageVisibility";
}

export class SendMessageCommand extends AwsCommand<
  sdk.SendMessageCommandInput,
  sdk.SendMessageCommandOutput
> {
  readonly operation = "SendMessage";
}
