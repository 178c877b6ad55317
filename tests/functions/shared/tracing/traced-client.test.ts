import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "@jest/globals";
import { type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { telemetry } from "../../../../functions/shared/telemetry.ts";
import { traced } from "../../../../functions/shared/tracing/traced-client.ts";
import { fakeTracing, originRoot, ownRoot } from "./fake-tracing.ts";

/** The SDK's own client, whose requests go nowhere: `bodies` has them. */
function clientOf<C>(make: new (configuration: object) => C, answer: object, statusCode = 200) {
  const bodies: { MessageSystemAttributes?: { AWSTraceHeader: { StringValue: string } } }[] = [];
  const requestHandler = {
    handle: async ({ body }: HttpRequest) => {
      bodies.push(JSON.parse(new TextDecoder().decode(body)));
      const headers = { "x-amzn-requestid": "ABC123", "content-type": "application/x-amz-json-1.0" };
      return {
        response: new HttpResponse({ statusCode, headers, body: Buffer.from(JSON.stringify(answer)) }),
      };
    },
    metadata: { handlerProtocol: "http/1.1" },
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => {},
  };
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new make({ region: "eu-central-1", maxAttempts: 1, credentials, requestHandler });
  return { client, bodies };
}

function observed(header?: string) {
  const { ports: tracing, sent } = fakeTracing(header);
  const ports = { now: () => 0, elapsed: () => 0, write: () => {}, tracing };
  return { observe: telemetry("deliver", ports).observe, sent };
}

/** The digest is of `secret`: the SDK compares it. */
const sent = { MessageId: "1", MD5OfMessageBody: "5ebe2294ecd0e0f08eab7690d2a6ee69" };
const QueueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/deliveries.fifo";
const message = () => new SendMessageCommand({ QueueUrl, MessageBody: "secret" });
const origin = `Root=${originRoot};Parent=00000000000000ff;Sampled=1`;

test("a call is a segment that names operation, table and request, and neither key nor row", async () => {
  const { client, bodies } = clientOf(DynamoDBClient, { Item: { user: { S: "row-secret" } } });
  const { observe, sent } = observed();
  const command = new GetItemCommand({ TableName: "customers", Key: { user: { S: "key-secret" } } });
  await observe("frame", () => traced(client).send(command));
  expect(sent).toMatchObject([
    {
      subsegments: [
        {
          name: "DynamoDB",
          namespace: "aws",
          aws: { operation: "GetItem", table_name: "customers", request_id: "ABC123" },
        },
      ],
    },
  ]);
  expect([bodies.length, /secret/.test(JSON.stringify(sent))]).toEqual([1, false]);
});

test("a refusal names its request too", async () => {
  const { client } = clientOf(DynamoDBClient, { __type: "x#ConditionalCheckFailedException" }, 400);
  const { observe, sent } = observed();
  const command = new GetItemCommand({ TableName: "customers", Key: {} });
  await expect(observe("frame", () => traced(client).send(command))).rejects.toThrow();
  expect(sent).toMatchObject([
    {
      subsegments: [
        {
          error: true,
          aws: { request_id: "ABC123" },
          cause: { exceptions: [{ type: "ConditionalCheckFailedException" }] },
        },
      ],
    },
  ]);
});

test.each([
  ["of the first piece of work", undefined, undefined, `Root=${ownRoot};Parent=0000000000000002;Sampled=1`],
  ["of work for another", undefined, origin, `Root=${originRoot};Parent=0000000000000002;Sampled=1`],
  ["of work that is not sampled", `Root=${ownRoot};Parent=53995c3f42cd8ad8;Sampled=0`, origin, origin],
])(
  "a message %s carries the trace in which all began, under the call that sends it",
  async (_, own, from, carried) => {
    const { client, bodies } = clientOf(SQSClient, sent);
    const { observe } = observed(own);
    await observe("delivery", () => traced(client).send(message()), from);
    expect(bodies.map((body) => body.MessageSystemAttributes?.AWSTraceHeader.StringValue)).toEqual([carried]);
  },
);

test.each([
  ["not sampled", `Root=${ownRoot};Parent=53995c3f42cd8ad8;Sampled=0`],
  ["of no trace", ""],
])("where the invocation is %s the SDK's own header is left to do it", async (_, own) => {
  const { client, bodies } = clientOf(SQSClient, sent);
  const { observe } = observed(own);
  await observe("frame", () => traced(client).send(message()));
  expect(bodies).toEqual([{ QueueUrl, MessageBody: "secret" }]);
});
