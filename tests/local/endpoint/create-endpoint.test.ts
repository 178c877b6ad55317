import { request as httpRequest } from "node:http";
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import aws4 from "aws4";
import fc from "fast-check";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createEndpoint } from "../../../local/endpoint/create-endpoint.ts";
import type { Endpoint } from "../../../local/endpoint/endpoint.ts";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { Iam } from "../../../local/iam/iam.ts";
import { asRelay, lambdaTrust, policy, queueArn, relayRole, tableArn } from "../iam/policies.ts";
import { fakeQueues, fakeTables } from "./fake-services.ts";

const item = '{"Item":{"clientId":{"S":"alice"}}}';
const sent = '{"MessageId":"m1"}';
const read = new GetItemCommand({ TableName: "peers", Key: { channel: { S: "c" } } });
const tlsOnly = policy({
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: queueArn,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

const environment = { ...process.env };
let calls: { operation: string; request: unknown }[];
let faults: unknown[];
let clock: AdvanceableClock;
let iam: Iam;
let endpoint: Endpoint;
let clients: { destroy(): void }[];
let tablesAnswer: () => { status: number; body: string };
let queuesAnswer: () => { status: number; body: string };

beforeEach(async () => {
  [calls, faults, clients] = [[], [], []];
  tablesAnswer = () => ({ status: 200, body: item });
  queuesAnswer = () => ({ status: 200, body: sent });
  clock = new AdvanceableClock();
  iam = createIam({ clock });
  iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
  endpoint = await createEndpoint({
    iam,
    clock,
    tables: fakeTables(calls, () => tablesAnswer()),
    queues: fakeQueues(calls, [tlsOnly], () => queuesAnswer()),
    randomUUID: () => "request-1",
    onFault: (fault) => faults.push(fault),
  });
  const key = iam.assumeRole(relayRole.arn, "lambda.amazonaws.com");
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_SESSION_TOKEN: key.sessionToken,
  });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  process.env = { ...environment };
  await endpoint.stop();
});

function grant(action: string, resource: string | string[], condition?: object): void {
  const statement = { Effect: "Allow", Action: action, Resource: resource };
  iam.putRolePolicy(
    "relay",
    action.replace(":", "-"),
    policy({ ...statement, ...(condition && { Condition: condition }) }),
  );
}

function dynamodb(maxAttempts = 1): DynamoDBClient {
  const client = new DynamoDBClient({ credentials: fromEnv(), maxAttempts });
  clients.push(client);
  return client;
}

// The SDK sends to the origin of the queue's URL.
function send(): SendMessageCommand {
  return new SendMessageCommand({
    QueueUrl: `${endpoint.url}/000000000000/deliveries`,
    MessageBody: "frame",
  });
}

function sqs(): SQSClient {
  const client = new SQSClient({ credentials: fromEnv(), maxAttempts: 1, md5: false });
  clients.push(client);
  return client;
}

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
    grant("dynamodb:GetItem", tableArn);
    const answer = await dynamodb().send(read);
    expect(answer.Item).toEqual({ clientId: { S: "alice" } });
    expect(answer.$metadata.requestId).toBe("request-1");
    expect(calls).toEqual([
      { operation: "GetItem", request: { TableName: "peers", Key: { channel: { S: "c" } } } },
    ]);
  });

  test("sends a message to SQS, over what counts as TLS", async () => {
    grant("sqs:SendMessage", queueArn);
    expect((await sqs().send(send())).MessageId).toBe("m1");
    expect(calls[0]?.operation).toBe("SendMessage");
  });

  test("is denied by DynamoDB with 400, and nothing is called", async () => {
    expect(await failure(dynamodb().send(read))).toEqual({
      name: "AccessDeniedException",
      status: 400,
      message:
        "User: arn:aws:sts::000000000000:assumed-role/relay/relay is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/peers because no identity-based policy allows the dynamodb:GetItem action",
    });
    expect(calls).toEqual([]);
  });

  test("is denied by SQS with 403", async () => {
    expect(await failure(sqs().send(send()))).toMatchObject({
      name: "AccessDenied",
      status: 403,
      message: expect.stringContaining("because no identity-based policy allows the sqs:SendMessage action"),
    });
    expect(calls).toEqual([]);
  });

  test("is denied when one of several tables is not allowed", async () => {
    grant("dynamodb:BatchGetItem", tableArn);
    const keys = { Keys: [{ channel: { S: "c" } }] };
    const call = dynamodb().send(new BatchGetItemCommand({ RequestItems: { peers: keys, peers2: keys } }));
    expect((await failure(call)).message).toContain("table/peers2");
    expect(calls).toEqual([]);
  });

  test("is held to the attributes of a condition", async () => {
    grant("dynamodb:GetItem", tableArn, {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["clientId"] },
    });
    expect((await failure(dynamodb().send(read))).name).toBe("AccessDeniedException");
    grant("dynamodb:GetItem", tableArn, {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["channel"] },
    });
    expect(await dynamodb().send(read)).toHaveProperty("Item");
  });

  test.each([
    ["AWS_ACCESS_KEY_ID", "ASIAAAAAAAAAAAAAAAAA", "UnrecognizedClientException", "InvalidClientTokenId"],
    ["AWS_SESSION_TOKEN", "another", "UnrecognizedClientException", "InvalidClientTokenId"],
    ["AWS_SECRET_ACCESS_KEY", "another", "InvalidSignatureException", "SignatureDoesNotMatch"],
  ])("is refused with another %s", async (name, value, ofDynamodb, ofSqs) => {
    process.env[name] = value;
    expect(await failure(dynamodb().send(read))).toMatchObject({ name: ofDynamodb, status: 400 });
    expect(await failure(sqs().send(send()))).toMatchObject({ name: ofSqs, status: 403 });
    expect(calls).toEqual([]);
  });

  test("is refused with a stale date, and sets its clock by the answer for the next attempt", async () => {
    grant("dynamodb:GetItem", tableArn);
    await clock.advance(60 * 60 * 1_000);
    expect(await failure(dynamodb().send(read))).toMatchObject({
      name: "InvalidSignatureException",
      message: expect.stringContaining("Signature expired"),
    });
    expect(await dynamodb(2).send(read)).toHaveProperty("Item");
  });

  test("sees a service's own error with its details", async () => {
    grant("dynamodb:GetItem", tableArn);
    tablesAnswer = () => {
      throw new AwsError("ConditionalCheckFailedException", 400, "The conditional request failed", {
        Item: { v: { N: "1" } },
      });
    };
    const error = await dynamodb()
      .send(read)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "ConditionalCheckFailedException", Item: { v: { N: "1" } } });
  });

  test("sees an error of SQS under its modelled name", async () => {
    grant("sqs:SendMessage", queueArn);
    queuesAnswer = () => {
      throw new AwsError("QueueDoesNotExist", 400, "The specified queue does not exist.");
    };
    const error = await sqs()
      .send(send())
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
      Code: "AWS.SimpleQueueService.NonExistentQueue",
    });
  });

  test("gets 500 for a fault of the local cloud, which is reported", async () => {
    grant("dynamodb:GetItem", tableArn);
    const fault = new TypeError("a bug");
    tablesAnswer = () => {
      throw fault;
    };
    expect(await failure(dynamodb().send(read))).toMatchObject({ name: "InternalFailure", status: 500 });
    expect(faults).toEqual([fault]);
  });
});

describe("a call that a service makes as a role", () => {
  test("is answered with the parsed body", async () => {
    grant("sqs:ReceiveMessage", queueArn);
    queuesAnswer = () => ({ status: 200, body: '{"Messages":[]}' });
    expect(await endpoint.call(asRelay, "sqs", "ReceiveMessage", { QueueUrl: "q" })).toEqual({
      Messages: [],
    });
    expect(calls).toEqual([{ operation: "ReceiveMessage", request: { QueueUrl: "q" } }]);
  });

  test("is authorized as any other", async () => {
    await expect(endpoint.call(asRelay, "sqs", "ReceiveMessage", {})).rejects.toMatchObject({
      code: "AccessDenied",
      status: 403,
    });
    await expect(endpoint.call(asRelay, "dynamodb", "GetItem", {})).rejects.toMatchObject({
      code: "AccessDeniedException",
      status: 400,
    });
  });

  test("carries the context of its service", async () => {
    const condition = { StringEquals: { "aws:SourceAccount": "000000000000" } };
    grant("dynamodb:GetItem", tableArn, condition);
    await expect(endpoint.call(asRelay, "dynamodb", "GetItem", {})).rejects.toThrow("is not authorized");
    const context = { "aws:SourceAccount": "000000000000" };
    expect(await endpoint.call(asRelay, "dynamodb", "GetItem", {}, context)).toHaveProperty("Item");
  });

  test("rejects with the service's error", async () => {
    grant("dynamodb:GetItem", tableArn);
    const body =
      '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table","x":1}';
    tablesAnswer = () => ({ status: 400, body });
    await expect(endpoint.call(asRelay, "dynamodb", "GetItem", {})).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      status: 400,
      message: "no table",
      details: { x: 1 },
    });
  });
});

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${endpoint.url}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

describe("a request that no SDK would send", () => {
  const target = { "x-amz-target": "DynamoDB_20120810.GetItem" };

  test("without a signature is refused in the service's form", async () => {
    const answer = await raw("POST", "/", target, "{}");
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      __type: "com.amazon.coral.service#MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
    expect(answer.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": "request-1",
      "x-amz-crc32": "1913593177",
    });
    const queue = await raw(
      "POST",
      "/000000000000/deliveries",
      { "x-amz-target": "AmazonSQS.SendMessage" },
      "{}",
    );
    expect(queue.status).toBe(403);
    expect(queue.headers["x-amzn-query-error"]).toBe("MissingAuthenticationToken;Sender");
  });

  test("for another Host is not served", async () => {
    const answer = await raw("POST", "/", { ...target, host: "rebound.example" }, "{}");
    expect(answer.status).toBe(421);
  });

  test("with a body over the limit gets 413", async () => {
    const answer = await raw("POST", "/", target, Buffer.alloc(1_114_113));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body).__type).toBe("com.amazon.coral.service#RequestEntityTooLarge");
  });

  test("whatever its method, path, target and body, gets a refusal and leaves the endpoint up", async () => {
    grant("dynamodb:GetItem", tableArn);
    const text = fc.string({ unit: fc.constantFrom(..."abcXYZ019._/#%?&=- ") });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS"),
        fc.webPath(),
        fc.oneof(
          text,
          text.map((rest) => `DynamoDB_20120810.${rest}`),
          text.map((rest) => `AmazonSQS.${rest}`),
        ),
        fc.oneof(
          text,
          text.map((rest) => `AWS4-HMAC-SHA256 ${rest}`),
        ),
        fc.string(),
        async (method, path, header, authorization, body) => {
          const answer = await raw(method, path || "/", { "x-amz-target": header, authorization }, body);
          expect(answer.status).toBeGreaterThanOrEqual(400);
          expect(answer.status).toBeLessThan(500);
        },
      ),
      { numRuns: 50 },
    );
    expect(faults).toEqual([]);
    expect(await dynamodb().send(read)).toHaveProperty("Item");
  });

  test("signed, but with another body, not JSON, or for another service than its scope, is refused", async () => {
    grant("dynamodb:GetItem", tableArn);
    const signed = (service: string, target: string, body: string) => {
      const { headers = {} } = aws4.sign({
        host: new URL(endpoint.url).host,
        method: "POST",
        path: "/",
        service,
        region: "us-east-1",
        body,
        headers: { "X-Amz-Target": target },
      });
      return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    };
    const typeOf = ({ body }: RawAnswer) => JSON.parse(body).__type;
    const { "x-amz-target": getItem } = target;

    expect((await raw("POST", "/", signed("dynamodb", getItem, "{}"), "{}")).body).toBe(item);
    expect(typeOf(await raw("POST", "/", signed("dynamodb", getItem, "{}"), "[]"))).toBe(
      "com.amazon.coral.service#InvalidSignatureException",
    );
    expect(typeOf(await raw("POST", "/", signed("dynamodb", getItem, "{]"), "{]"))).toBe(
      "com.amazon.coral.service#SerializationException",
    );
    const misdirected = await raw("POST", "/", signed("dynamodb", "AmazonSQS.SendMessage", "{}"), "{}");
    expect(JSON.parse(misdirected.body)).toEqual({
      __type: "com.amazon.coral.service#SignatureDoesNotMatch",
      message: "Credential should be scoped to correct service: 'sqs'.",
    });
  });
});
