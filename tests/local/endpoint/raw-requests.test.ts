import { request as httpRequest } from "node:http";
import { describe, expect, test } from "@jest/globals";
import aws4 from "aws4";
import fc from "fast-check";
import { tableArn } from "../iam/policies.ts";
import { dynamodb, endpointForEachTest, grant, item, read } from "./running-endpoint.ts";

const aws = endpointForEachTest();

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
    const request = httpRequest(`${aws.endpoint.url}${path}`, { method, headers }, (response) => {
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
    grant(aws, "dynamodb:GetItem", tableArn);
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
    expect(aws.faults).toEqual([]);
    expect(await dynamodb(aws).send(read)).toHaveProperty("Item");
  });

  test("signed, but with another body, not JSON, or for another service than its scope, is refused", async () => {
    grant(aws, "dynamodb:GetItem", tableArn);
    const signed = (service: string, target: string, body: string) => {
      const { headers = {} } = aws4.sign({
        host: new URL(aws.endpoint.url).host,
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
