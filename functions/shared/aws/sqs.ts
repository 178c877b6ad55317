import type * as sdk from "@aws-sdk/client-sqs";
import { AwsCommand, AwsJsonClient, type ClientConfiguration } from "./aws-json-client.ts";

type Answer<Output> = Omit<Output, "$metadata">;

/** As much of SQS as the functions call, in the SDK's names and with its types. */
export class SQSClient extends AwsJsonClient {
  constructor(configuration?: ClientConfiguration) {
    const service = { name: "SQS", signingName: "sqs", target: "AmazonSQS" };
    super({ ...service, jsonVersion: "1.0", errors: {} }, configuration);
  }
}

export class ChangeMessageVisibilityCommand extends AwsCommand<
  sdk.ChangeMessageVisibilityCommandInput,
  Answer<sdk.ChangeMessageVisibilityCommandOutput>
> {
  readonly operation = "ChangeMessageVisibility";
}

export class SendMessageCommand extends AwsCommand<
  sdk.SendMessageCommandInput,
  Answer<sdk.SendMessageCommandOutput>
> {
  readonly operation = "SendMessage";
}
