import type * as sdk from "@aws-sdk/client-secrets-manager";
import { AwsCommand, AwsJsonClient, type ClientConfiguration } from "./aws-json-client.ts";

/** As much of Secrets Manager as the functions call, in the SDK's names and with its types. */
export class SecretsManagerClient extends AwsJsonClient {
  constructor(configuration?: ClientConfiguration) {
    const service = { name: "SecretsManager", signingName: "secretsmanager", target: "secretsmanager" };
    super({ ...service, jsonVersion: "1.1", errors: {} }, configuration);
  }
}

export class GetSecretValueCommand extends AwsCommand<
  sdk.GetSecretValueCommandInput,
  Pick<sdk.GetSecretValueCommandOutput, "SecretString">
> {
  readonly operation = "GetSecretValue";
}
