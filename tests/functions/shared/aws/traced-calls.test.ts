import { Readable } from "node:stream";
import { expect, test } from "@jest/globals";
import { type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import type { ClientConfiguration } from "../../../../functions/shared/aws/aws-json-client.ts";
import { DynamoDBClient, GetItemCommand } from "../../../../functions/shared/aws/dynamodb.ts";
import { SendMessageCommand, SQSClient } from "../../../../functions/shared/aws/sqs.ts";
import { telemetry } from "../../../../functions/shared/telemetry.ts";
import { fakeTracing, originRoot, ownRoot } from "../tracing/fake-tracing.ts";

/** A client whose requests go nowhere: `bodies` has them. */
function clientOf<C>(make: new (configuration: ClientConfiguration) => C, answer: object, statusCode = 200) {
  const bodies: { MessageSystemAttributes?: { AWSTraceHeader: { StringValue: string } } }[] = [];
  const requestHandler = {
    handle: async ({ body }: HttpRequest) => {
      bodies.push(JSON.parse(String(body)));
      const headers = { "x-amzn-requestid": "ABC123" };
      return {
        response: new HttpResponse({ statusCode, headers, body: Readable.from([JSON.stringify(answer)]) }),
      };
    },
    destroy: () => {},
  };
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const client = new make({ region: "eu-central-1", credentials, requestHandler });
  return { client, bodies };
}

function observed(header?: string) {
  const { ports: tracing, sent } = fakeTracing(header);
  const ports = { now: () => 0, elapsed: () => 0, write: () => {}, tracing };
  return { observe: telemetry("deliver", ports).observe, sent };
}

const sent = { MessageId: "1" };
const QueueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/deliveries.fifo";
const message = () => new SendMessageCommand({ QueueUrl, MessageBody: "secret" });
const origin = `Root=${originRoot};Parent=00000000000000ff;Sampled=1`;

test("a call is a segment that names operation, table and request, and neither key nor row", async () => {
  const { client, bodies } = clientOf(DynamoDBClient, { Item: { user: { S: "row-secret" } } });
  const { observe, sent } = observed();
  const command = new GetItemCommand({ TableName: "customers", Key: { user: { S: "key-secret" } } });
  await observe("frame", () => client.send(command));
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
  await expect(observe("frame", () => client.send(command))).rejects.toThrow();
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
    await observe("delivery", () => client.send(message()), from);
    expect(bodies.map((body) => body.MessageSystemAttributes?.AWSTraceHeader.StringValue)).toEqual([carried]);
  },
);

test.each([
  ["not sampled", `Root=${ownRoot};Parent=53995c3f42cd8ad8;Sampled=0`],
  ["of no trace", ""],
])("where the invocation is %s the request's own header is left to do it", async (_, own) => {
  const { client, bodies } = clientOf(SQSClient, sent);
  const { observe } = observed(own);
  await observe("frame", () => client.send(message()));
  expect(bodies).toEqual([{ QueueUrl, MessageBody: "secret" }]);
});
