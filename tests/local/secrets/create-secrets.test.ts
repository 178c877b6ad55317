import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { describe, expect, test } from "@jest/globals";
import { endpointForEachTest, grant } from "../endpoint/running-endpoint.ts";

const aws = endpointForEachTest();
const key = "arn:aws:secretsmanager:us-east-1:000000000000:secret:stripe-key";

function secretsManager() {
  const client = new SecretsManagerClient({ credentials: fromEnv(), maxAttempts: 1 });
  aws.clients.push(client);
  return client;
}

test("the unmodified SDK reads the secret that its role may read, by ARN", async () => {
  expect(aws.secrets.put("stripe-key", "sk_test_fake_1")).toBe(key);
  grant(aws, "secretsmanager:GetSecretValue", key);
  expect(await secretsManager().send(new GetSecretValueCommand({ SecretId: key }))).toMatchObject({
    ARN: key,
    Name: "stripe-key",
    SecretString: "sk_test_fake_1",
    VersionId: "version-1",
    VersionStages: ["AWSCURRENT"],
  });
});

test("a value put anew takes the place of the old one", async () => {
  aws.secrets.put("stripe-key", "old");
  aws.secrets.put("stripe-key", "new");
  grant(aws, "secretsmanager:GetSecretValue", key);
  const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: "stripe-key" }));
  expect(SecretString).toBe("new");
});

test.each([
  ["another secret", "arn:aws:secretsmanager:us-east-1:000000000000:secret:other"],
  ["any secret", undefined],
])("a role that may read %s is denied in AWS's words", async (_, allowed) => {
  aws.secrets.put("stripe-key", "sk_test_fake_1");
  if (allowed) grant(aws, "secretsmanager:GetSecretValue", allowed);
  await expect(secretsManager().send(new GetSecretValueCommand({ SecretId: key }))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining(
      `not authorized to perform: secretsmanager:GetSecretValue on resource: ${key}`,
    ),
    $metadata: { httpStatusCode: 400 },
  });
});

test("a secret or version that is not there, and another operation, have AWS's errors", async () => {
  aws.secrets.put("stripe-key", "sk_test_fake_1");
  grant(aws, "secretsmanager:*", "*");
  const client = secretsManager();
  const get = (input: { SecretId: string; VersionId?: string; VersionStage?: string }) =>
    client.send(new GetSecretValueCommand(input));
  for (const input of [
    { SecretId: "nobody" },
    { SecretId: key, VersionId: "version-2" },
    { SecretId: key, VersionStage: "AWSPREVIOUS" },
  ]) {
    await expect(get(input)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  }
  await expect(get({ SecretId: "" })).rejects.toMatchObject({ name: "ValidationException" });
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({
    name: "UnknownOperationException",
  });
});

describe("PutSecretValue", () => {
  const put = (more: object = {}) =>
    secretsManager().send(new PutSecretValueCommand({ SecretId: key, SecretString: "new", ...more }));

  test("takes the place of the value, by a version that its token names", async () => {
    aws.secrets.put("stripe-key", "old");
    grant(aws, "secretsmanager:PutSecretValue", key);
    grant(aws, "secretsmanager:GetSecretValue", key);
    const token = "a-token-of-thirty-two-characters";
    const answer = { ARN: key, Name: "stripe-key", VersionId: token, VersionStages: ["AWSCURRENT"] };
    expect(await put({ ClientRequestToken: token })).toMatchObject(answer);
    expect(await put({ ClientRequestToken: token })).toMatchObject(answer);
    const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: key }));
    expect(SecretString).toBe("new");
    await expect(put({ ClientRequestToken: token, SecretString: "other" })).rejects.toMatchObject({
      name: "ResourceExistsException",
    });
  });

  test("needs its own permission, a secret that is there, and text", async () => {
    aws.secrets.put("stripe-key", "old");
    grant(aws, "secretsmanager:GetSecretValue", key);
    await expect(put()).rejects.toMatchObject({ name: "AccessDeniedException" });
    grant(aws, "secretsmanager:PutSecretValue", key);
    await expect(put({ SecretString: undefined })).rejects.toMatchObject({ name: "ValidationException" });
    const other = key.replace("stripe-key", "other");
    grant(aws, "secretsmanager:PutSecretValue", other);
    await expect(put({ SecretId: other })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
