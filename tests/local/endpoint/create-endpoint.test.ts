import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "@jest/globals";
import { AwsError } from "../../../local/aws-error.ts";
import { asRelay, queueArn, tableArn } from "../iam/policies.ts";
import { dynamodb, endpointForEachTest, grant, read, send, sqs } from "./running-endpoint.ts";

const aws = endpointForEachTest();

const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: Error & { $metadata?: { httpStatusCode: number } }) => reason,
  );
  return {
    name: error.name,
    message: error.message,
    status: "$metadata" in error ? error.$metadata?.httpStatusCode : 0,
  };
};

describe("the unmodified SDK, set up by its environment", () => {
  test("reads an item of DynamoDB when a policy allows it", async () => {
    grant(aws, "dynamodb:GetItem", tableArn);
    const answer = await dynamodb(aws).send(read);
    expect(answer.Item).toEqual({ clientId: { S: "alice" } });
    expect(answer.$metadata.requestId).toBe("request-1");
    expect(aws.calls).toEqual([
      { operation: "GetItem", request: { TableName: "peers", Key: { channel: { S: "c" } } } },
    ]);
  });

  test("sends a message to SQS, over what counts as TLS", async () => {
    grant(aws, "sqs:SendMessage", queueArn);
    expect((await sqs(aws).send(send(aws))).MessageId).toBe("m1");
    expect(aws.calls[0]?.operation).toBe("SendMessage");
  });

  test("is denied by DynamoDB with 400, and nothing is called", async () => {
    expect(await failure(dynamodb(aws).send(read))).toEqual({
      name: "AccessDeniedException",
      status: 400,
      message:
        "User: arn:aws:sts::000000000000:assumed-role/relay/relay is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/peers because no identity-based policy allows the dynamodb:GetItem action",
    });
    expect(aws.calls).toEqual([]);
  });

  test("is denied by SQS with 403", async () => {
    expect(await failure(sqs(aws).send(send(aws)))).toMatchObject({
      name: "AccessDenied",
      status: 403,
      message: expect.stringContaining("because no identity-based policy allows the sqs:SendMessage action"),
    });
    expect(aws.calls).toEqual([]);
  });

  test("is denied when one of several tables is not allowed", async () => {
    grant(aws, "dynamodb:BatchGetItem", tableArn);
    const keys = { Keys: [{ channel: { S: "c" } }] };
    const call = dynamodb(aws).send(new BatchGetItemCommand({ RequestItems: { peers: keys, peers2: keys } }));
    expect((await failure(call)).message).toContain("table/peers2");
    expect(aws.calls).toEqual([]);
  });

  test("is held to the attributes of a condition", async () => {
    grant(aws, "dynamodb:GetItem", tableArn, {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["clientId"] },
    });
    expect((await failure(dynamodb(aws).send(read))).name).toBe("AccessDeniedException");
    grant(aws, "dynamodb:GetItem", tableArn, {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["channel"] },
    });
    expect(await dynamodb(aws).send(read)).toHaveProperty("Item");
  });

  test.each([
    ["AWS_ACCESS_KEY_ID", "ASIAAAAAAAAAAAAAAAAA", "UnrecognizedClientException", "InvalidClientTokenId"],
    ["AWS_SESSION_TOKEN", "another", "UnrecognizedClientException", "InvalidClientTokenId"],
    ["AWS_SECRET_ACCESS_KEY", "another", "InvalidSignatureException", "SignatureDoesNotMatch"],
  ])("is refused with another %s", async (name, value, ofDynamodb, ofSqs) => {
    process.env[name] = value;
    expect(await failure(dynamodb(aws).send(read))).toMatchObject({ name: ofDynamodb, status: 400 });
    expect(await failure(sqs(aws).send(send(aws)))).toMatchObject({ name: ofSqs, status: 403 });
    expect(aws.calls).toEqual([]);
  });

  test("is refused with a stale date, and sets its clock by the answer for the next attempt", async () => {
    grant(aws, "dynamodb:GetItem", tableArn);
    await aws.clock.advance(60 * 60 * 1_000);
    expect(await failure(dynamodb(aws).send(read))).toMatchObject({
      name: "InvalidSignatureException",
      message: expect.stringContaining("Signature expired"),
    });
    expect(await dynamodb(aws, 2).send(read)).toHaveProperty("Item");
  });

  test("sees a service's own error with its details", async () => {
    grant(aws, "dynamodb:GetItem", tableArn);
    aws.tablesAnswer = () => {
      throw new AwsError("ConditionalCheckFailedException", 400, "The conditional request failed", {
        Item: { v: { N: "1" } },
      });
    };
    const error = await dynamodb(aws)
      .send(read)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "ConditionalCheckFailedException", Item: { v: { N: "1" } } });
  });

  test("sees an error of SQS under its modelled name", async () => {
    grant(aws, "sqs:SendMessage", queueArn);
    aws.queuesAnswer = () => {
      throw new AwsError("QueueDoesNotExist", 400, "The specified queue does not exist.");
    };
    const error = await sqs(aws)
      .send(send(aws))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
      Code: "AWS.SimpleQueueService.NonExistentQueue",
    });
  });

  test("gets 500 for a fault of the local cloud, which is reported", async () => {
    grant(aws, "dynamodb:GetItem", tableArn);
    const fault = new TypeError("a bug");
    aws.tablesAnswer = () => {
      throw fault;
    };
    expect(await failure(dynamodb(aws).send(read))).toMatchObject({ name: "InternalFailure", status: 500 });
    expect(aws.faults).toEqual([fault]);
  });
});

describe("a call that a service makes as a role", () => {
  test("is answered with the parsed body", async () => {
    grant(aws, "sqs:ReceiveMessage", queueArn);
    aws.queuesAnswer = () => ({ status: 200, body: '{"Messages":[]}' });
    expect(await aws.endpoint.call(asRelay, "sqs", "ReceiveMessage", { QueueUrl: "q" })).toEqual({
      Messages: [],
    });
    expect(aws.calls).toEqual([{ operation: "ReceiveMessage", request: { QueueUrl: "q" } }]);
  });

  test("is authorized as any other", async () => {
    await expect(aws.endpoint.call(asRelay, "sqs", "ReceiveMessage", {})).rejects.toMatchObject({
      code: "AccessDenied",
      status: 403,
    });
    await expect(aws.endpoint.call(asRelay, "dynamodb", "GetItem", {})).rejects.toMatchObject({
      code: "AccessDeniedException",
      status: 400,
    });
  });

  test("carries the context of its service", async () => {
    const condition = { StringEquals: { "aws:SourceAccount": "000000000000" } };
    grant(aws, "dynamodb:GetItem", tableArn, condition);
    await expect(aws.endpoint.call(asRelay, "dynamodb", "GetItem", {})).rejects.toThrow("is not authorized");
    const context = { "aws:SourceAccount": "000000000000" };
    expect(await aws.endpoint.call(asRelay, "dynamodb", "GetItem", {}, context)).toHaveProperty("Item");
  });

  test("rejects with the service's error", async () => {
    grant(aws, "dynamodb:GetItem", tableArn);
    const body =
      '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table","x":1}';
    aws.tablesAnswer = () => ({ status: 400, body });
    await expect(aws.endpoint.call(asRelay, "dynamodb", "GetItem", {})).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      status: 400,
      message: "no table",
      details: { x: 1 },
    });
  });
});
