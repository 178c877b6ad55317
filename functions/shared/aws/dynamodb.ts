import type * as sdk from "@aws-sdk/client-dynamodb";
import { AwsCommand, AwsJsonClient, type ClientConfiguration } from "./aws-json-client.ts";
import { AwsServiceError } from "./aws-service-error.ts";

export type { AttributeValue, Update } from "@aws-sdk/client-dynamodb";

type Item = Readonly<Record<string, sdk.AttributeValue>>;

/** A condition of a write did not hold. */
export class ConditionalCheckFailedException extends AwsServiceError {
  /** Where the write asked for it: the item as it was. */
  declare readonly Item?: Item;
}

/** A transaction had no effect. */
export class TransactionCanceledException extends AwsServiceError {
  /** One for each of its writes, in their order. */
  declare readonly CancellationReasons?: readonly { readonly Code?: string; readonly Item?: Item }[];
}

/** As much of DynamoDB as the functions call, in the SDK's names and with its types. Values are DynamoDB's own JSON. */
export class DynamoDBClient extends AwsJsonClient {
  constructor(configuration?: ClientConfiguration) {
    const errors = { ConditionalCheckFailedException, TransactionCanceledException };
    const service = { name: "DynamoDB", signingName: "dynamodb", target: "DynamoDB_20120810" };
    super({ ...service, jsonVersion: "1.0", errors }, configuration);
  }
}

export class DeleteItemCommand extends AwsCommand<sdk.DeleteItemCommandInput, sdk.DeleteItemCommandOutput> {
  readonly operation = "DeleteItem";
}

export class GetItemCommand extends AwsCommand<sdk.GetItemCommandInput, sdk.GetItemCommandOutput> {
  readonly operation = "GetItem";
}

export class PutItemCommand extends AwsCommand<sdk.PutItemCommandInput, sdk.PutItemCommandOutput> {
  readonly operation = "PutItem";
}

export class QueryCommand extends AwsCommand<sdk.QueryCommandInput, sdk.QueryCommandOutput> {
  readonly operation = "Query";
}

export class ScanCommand extends AwsCommand<sdk.ScanCommandInput, sdk.ScanCommandOutput> {
  readonly operation = "Scan";
}

export class TransactWriteItemsCommand extends AwsCommand<
  sdk.TransactWriteItemsCommandInput,
  sdk.TransactWriteItemsCommandOutput
> {
  readonly operation = "TransactWriteItems";
}

export class UpdateItemCommand extends AwsCommand<sdk.UpdateItemCommandInput, sdk.UpdateItemCommandOutput> {
  readonly operation = "UpdateItem";
}
