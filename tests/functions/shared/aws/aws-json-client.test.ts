import * as sdk from "@aws-sdk/client-dynamodb";
import * as sdkSqs from "@aws-sdk/client-sqs";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { describe, expect, test } from "@jest/globals";
import { DynamoDBClient, GetItemCommand } from "../../../../functions/shared/aws/dynamodb.ts";
import {
  GetSecretValueCommand,
  SecretsManagerClient,
} from "../../../../functions/shared/aws/secrets-manager.ts";
import { SendMessageCommand, SQSClient } from "../../../../functions/shared/aws/sqs.ts";
import { classify } from "../../../../functions/shared/transient-errors.ts";
import { listenOnLoopback } from "../../../../local/loopback/loopback-server.ts";
import { endpointForEachTest, grant } from "../../../local/endpoint/running-endpoint.ts";
import { queueArn, tableArn } from "../../../local/iam/policies.ts";

// The local cloud checks signatures with another library than the one that signs here.
const aws = endpointForEachTest();
const opened = <C extends { destroy(): void }>(client: C): C => {
  aws.clients.push(client);
  return client;
};
const bySdk = { credentials: fromEnv(), maxAttempts: 1 };
const parameters = { TableName: "peers", Key: { channel: { S: "héllo" } }, ConsistentRead: true };
const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    () => "answered",
    (error: sdk.DynamoDBServiceException) => ({
      ...{ name: error.name, message: error.message },
      status: error.$metadata?.httpStatusCode,
      requestId: error.$metadata?.requestId,
    }),
  );

describe("by the environment of a function, as the SDK's client", () => {
  test("DynamoDB is sent the same request, and its answer is given back", async () => {
    grant(aws, "dynamodb:GetItem", tableArn);
    const ours = await opened(new DynamoDBClient()).send(new GetItemCommand(parameters));
    const theirs = await opened(new sdk.DynamoDBClient(bySdk)).send(new sdk.GetItemCommand(parameters));
    expect(ours).toEqual({ Item: { clientId: { S: "alice" } } });
    expect(theirs).toMatchObject(ours);
    expect(aws.calls).toEqual([
      { operation: "GetItem", request: parameters },
      { operation: "GetItem", request: parameters },
    ]);
  });

  test("SQS is sent the same message", async () => {
    grant(aws, "sqs:SendMessage", queueArn);
    const message = { QueueUrl: `${aws.endpoint.url}/000000000000/deliveries.fifo`, MessageBody: "{}" };
    expect(await opened(new SQSClient()).send(new SendMessageCommand(message))).toEqual({ MessageId: "m1" });
    await opened(new sdkSqs.SQSClient({ ...bySdk, md5: false })).send(new sdkSqs.SendMessageCommand(message));
    expect(aws.calls[0]).toEqual(aws.calls[1]);
  });

  test("Secrets Manager gives a secret", async () => {
    const arn = aws.secrets.put("stripe-key", "sk_test_1");
    grant(aws, "secretsmanager:GetSecretValue", arn);
    const command = new GetSecretValueCommand({ SecretId: arn });
    expect((await opened(new SecretsManagerClient()).send(command)).SecretString).toBe("sk_test_1");
  });

  test("a denial has the same name, words, status and request", async () => {
    const ours = await outcomeOf(opened(new DynamoDBClient()).send(new GetItemCommand(parameters)));
    const theirs = await outcomeOf(
      opened(new sdk.DynamoDBClient(bySdk)).send(new sdk.GetItemCommand(parameters)),
    );
    expect(ours).toEqual(theirs);
    expect(ours).toMatchObject({ name: "AccessDeniedException", status: 400, requestId: "request-1" });
  });
});

test.each([
  [503, "<html>", "UnknownError", "AWS answered 503", "failing"],
  [500, "", "UnknownError", "AWS answered 500", "failing"],
  [400, '{"__type":"x#ThrottlingException","Message":"slow"}', "ThrottlingException", "slow", "throttled"],
  [400, '{"__type":"ValidationException","message":"wrong"}', "ValidationException", "wrong", "answered"],
  [400, '{"__type":"x#constructor"}', "constructor", "AWS answered 400", "answered"],
  [400, '{"__type":7}', "UnknownError", "AWS answered 400", "answered"],
])("an answer of %i with %j is the error %s", async (status, body, name, message, is) => {
  const server = await listenOnLoopback({
    onRequest: (request, response) => request.resume().on("end", () => response.writeHead(status).end(body)),
  });
  const client = opened(new DynamoDBClient({ endpoint: server.url }));
  const error = await client.send(new GetItemCommand(parameters)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name, message, $metadata: { httpStatusCode: status } });
  expect(classify(error)).toBe(is);
  await server.close();
});

test("a call ends with AbortError when it is told to, and with the network's error where nobody listens", async () => {
  const arrived = Promise.withResolvers<void>();
  const server = await listenOnLoopback({ onRequest: () => arrived.resolve() });
  const client = opened(new DynamoDBClient({ endpoint: server.url }));
  const controller = new AbortController();
  const sent = client.send(new GetItemCommand(parameters), { abortSignal: controller.signal });
  await arrived.promise;
  controller.abort();
  await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  await server.close();
  const refused = await client.send(new GetItemCommand(parameters)).catch((reason: unknown) => reason);
  expect(refused).toMatchObject({ code: "ECONNREFUSED" });
  expect(classify(refused)).toBe("failing");
});
