import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import aws4 from "aws4";
import fc from "fast-check";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { AccessKey, Iam, SignedRequest } from "../../../local/iam/iam.ts";
import { type LoopbackServer, listenOnLoopback } from "../../../local/loopback/loopback-server.ts";
import { anyCodePoint } from "../../any-code-point.ts";
import { asRelay, lambdaTrust, refusalOf, relayRole } from "./policies.ts";

const noon = Date.parse("2026-01-01T12:00:00Z");

let clock: AdvanceableClock;
let iam: Iam;
let key: AccessKey;

beforeEach(() => {
  clock = new AdvanceableClock(() => noon);
  iam = createIam({ clock });
  iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
  key = iam.assumeRole(relayRole.arn, "lambda.amazonaws.com");
});

interface Signing {
  readonly service?: string;
  readonly region?: string;
  readonly date?: string;
  readonly headers?: Record<string, string>;
  readonly credentials?: AccessKey;
}

function signed(options: Signing = {}): SignedRequest {
  const { service = "dynamodb", region = "us-east-1", date = "20260101T120000Z" } = options;
  const body = '{"TableName":"peers"}';
  const { headers = {} } = aws4.sign(
    {
      host: "127.0.0.1:4000",
      method: "POST",
      path: "/",
      service,
      region,
      body,
      headers: { "X-Amz-Date": date, "X-Amz-Target": "DynamoDB_20120810.GetItem", ...options.headers },
    },
    options.credentials ?? key,
  );
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { method: "POST", path: "/", headers: Object.fromEntries(lower), body: Buffer.from(body) };
}

function withHeaders(request: SignedRequest, headers: Record<string, string>): SignedRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function withoutHeader(request: SignedRequest, name: string): SignedRequest {
  const { [name]: _, ...headers } = request.headers;
  return { ...request, headers };
}

const refusal = (request: SignedRequest) => refusalOf(() => iam.authenticate(request));
const wrongSignature =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

describe("a signed request", () => {
  test("is its role's, for the service of its scope", () => {
    expect(iam.authenticate(signed())).toEqual({ principal: asRelay, service: "dynamodb" });
    expect(iam.authenticate(signed({ service: "sqs" }))).toEqual({ principal: asRelay, service: "sqs" });
  });

  test("is judged by the key of its own service and day, whatever was signed before", () => {
    const services = Array.from({ length: 40 }, (_, index) => `service-${index % 20}`);
    for (const service of services) {
      expect(iam.authenticate(signed({ service }))).toEqual({ principal: asRelay, service });
      const forged = { ...key, secretAccessKey: "another" };
      expect(refusal(signed({ service, credentials: forged }))).toMatchObject({ message: wrongSignature });
    }
    iam = createIam({ clock: { now: () => noon + 24 * 60 * 60 * 1000 } });
    iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
    key = iam.assumeRole(relayRole.arn, "lambda.amazonaws.com");
    expect(iam.authenticate(signed({ date: "20260102T120000Z" })).principal).toEqual(asRelay);
  });

  test("of one key is not mistaken for another's", () => {
    iam.putRole({
      name: "sweep",
      arn: "arn:aws:iam::000000000000:role/sweep",
      assumeRolePolicy: lambdaTrust,
    });
    const other = iam.assumeRole("arn:aws:iam::000000000000:role/sweep", "lambda.amazonaws.com");
    expect(iam.authenticate(signed({ credentials: other })).principal).toEqual({
      kind: "role",
      arn: "arn:aws:iam::000000000000:role/sweep",
    });
  });

  test.each([
    ["20260101T115500Z", "nothing"],
    ["20260101T120500Z", "nothing"],
    [
      "20260101T115459Z",
      "Signature expired: 20260101T115459Z is now earlier than 20260101T115500Z (20260101T120000Z - 5 min.)",
    ],
    [
      "20260101T120501Z",
      "Signature not yet current: 20260101T120501Z is still later than 20260101T120500Z (20260101T120000Z + 5 min.)",
    ],
  ])("of %s is taken at noon only within five minutes: %s", (date, expected) => {
    const result = refusal(signed({ date }));
    expect(result === "nothing" ? result : result.message).toBe(expected);
  });

  test("goes by the local clock, which may have been moved", async () => {
    await clock.advance(2 * 60 * 60 * 1_000);
    expect(refusal(signed())).toHaveProperty("code", "InvalidSignatureException");
    expect(refusal(signed({ date: "20260101T140000Z" }))).toBe("nothing");
  });

  test("is refused once its role is deleted", () => {
    const request = signed();
    iam.deleteRole("relay");
    expect(refusal(request)).toHaveProperty("code", "UnrecognizedClientException");
  });
});

describe("a request is refused", () => {
  test.each([
    ["execute-api", "MissingAuthenticationTokenException", 403],
    ["DynamoDB_20120810.GetItem", "MissingAuthenticationTokenException", 400],
    ["AmazonSQS.SendMessage", "MissingAuthenticationToken", 403],
  ])("without a signature, to %s as %s", (target, code, status) => {
    const request = withHeaders(withoutHeader(signed(), "authorization"), { "x-amz-target": target });
    expect(refusal(request)).toEqual({ code, status, message: "Missing Authentication Token" });
  });

  test("with a header that is incomplete", () => {
    expect(refusal(withHeaders(signed(), { authorization: "AWS4-HMAC-SHA256 Credential=x" }))).toMatchObject({
      code: "IncompleteSignatureException",
      status: 400,
    });
  });

  test.each([
    ["dynamodb", "UnrecognizedClientException", 400],
    ["sqs", "InvalidClientTokenId", 403],
    ["execute-api", "UnrecognizedClientException", 403],
  ])("with an unknown key or a wrong token, by %s as %s", (service, code, status) => {
    const expected = { code, status, message: "The security token included in the request is invalid." };
    const stranger = { ...key, accessKeyId: "ASIAAAAAAAAAAAAAAAAA" };
    expect(refusal(signed({ service, credentials: stranger }))).toEqual(expected);
    expect(refusal(signed({ service, credentials: { ...key, sessionToken: "another" } }))).toEqual(expected);
    expect(refusal(withoutHeader(signed({ service }), "x-amz-security-token"))).toEqual(expected);
  });

  test.each([
    ["dynamodb", "InvalidSignatureException", 400],
    ["sqs", "SignatureDoesNotMatch", 403],
    ["execute-api", "InvalidSignatureException", 403],
  ])("signed with a wrong secret, by %s as %s", (service, code, status) => {
    const credentials = { ...key, secretAccessKey: "another" };
    expect(refusal(signed({ service, credentials }))).toEqual({ code, status, message: wrongSignature });
  });

  test("when its body, path, method or a signed header was changed on the way", () => {
    const request = signed();
    for (const changed of [
      { ...request, body: Buffer.from('{"TableName":"proofs"}') },
      { ...request, path: "/?x=1" },
      { ...request, path: "/%zz" },
      { ...request, method: "PUT" },
      withHeaders(request, { "x-amz-target": "DynamoDB_20120810.DeleteItem" }),
      withHeaders(request, { host: "127.0.0.1:4001" }),
    ]) {
      expect(refusal(changed)).toHaveProperty("message", wrongSignature);
    }
  });

  test("when it claims the hash of another body", () => {
    const hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const request = signed({ headers: { "X-Amz-Content-Sha256": hash } });
    expect(refusal(request)).toHaveProperty(
      "message",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  });

  test("when an X-Amz header was added that is not signed", () => {
    expect(refusal(withHeaders(signed(), { "x-amz-extra": "1" }))).toHaveProperty(
      "message",
      "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization.",
    );
  });

  test("when a signed header is missing", () => {
    const request = signed({ headers: { "Content-Type": "application/x-amz-json-1.0" } });
    expect(refusal(withoutHeader(request, "content-type"))).toHaveProperty(
      "message",
      "The signed header 'content-type' is missing from the request.",
    );
  });

  test("when it is scoped to another Region or day", () => {
    expect(refusal(signed({ region: "eu-west-1" }))).toHaveProperty(
      "message",
      "Credential should be scoped to a valid region, not 'eu-west-1'.",
    );
    const request = signed();
    const authorization = request.headers.authorization?.replace("/20260101/", "/20260102/") ?? "";
    expect(refusal(withHeaders(request, { authorization }))).toHaveProperty(
      "message",
      expect.stringContaining("Date in Credential scope does not match"),
    );
  });

  test("whichever character of its signature is changed", () => {
    const request = signed();
    const header = request.headers.authorization ?? "";
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 15 }), (at, by) => {
        const index = header.length - 64 + at;
        const digit = ((Number.parseInt(header[index] ?? "", 16) + by) % 16).toString(16);
        const authorization = header.slice(0, index) + digit + header.slice(index + 1);
        expect(refusal(withHeaders(request, { authorization }))).toHaveProperty("message", wrongSignature);
      }),
    );
  });

  test("whatever its headers are, with an AwsError", () => {
    const request = signed();
    const name = fc.constantFrom(
      "authorization",
      "x-amz-date",
      "x-amz-security-token",
      "host",
      "x-amz-target",
    );
    fc.assert(
      fc.property(name, fc.string({ unit: anyCodePoint }), (header, value) => {
        fc.pre(request.headers[header] !== value.trim());
        expect(refusal(withHeaders(request, { [header]: value }))).not.toBe("nothing");
      }),
    );
  });
});

describe("PostToConnection of the unmodified SDK", () => {
  let server: LoopbackServer;
  let outcomes: unknown[];

  beforeEach(async () => {
    outcomes = [];
    server = await listenOnLoopback({
      onRequest: async (message, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of message) chunks.push(chunk);
        const headers = message.headers as Record<string, string>;
        const request = { method: "POST", path: message.url ?? "", headers, body: Buffer.concat(chunks) };
        outcomes.push({ path: message.url, refusal: refusal(request) });
        response.end();
      },
    });
  });
  afterEach(() => server.close());

  test.each([
    ["L0SM9cOFvHcCIhw=", "/v1/@connections/L0SM9cOFvHcCIhw%3D"],
    ["a/b+c d=", "/v1/@connections/a%2Fb%2Bc%20d%3D"],
    ["é*'()!~", "/v1/@connections/%C3%A9%2A%27%28%29%21~"],
  ])("is signed for the connection id %s", async (ConnectionId, path) => {
    iam = createIam({ clock: { now: Date.now } });
    iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
    const credentials = iam.assumeRole(relayRole.arn, "lambda.amazonaws.com");
    const client = new ApiGatewayManagementApiClient({
      endpoint: `${server.url}/v1`,
      region: "us-east-1",
      credentials,
    });
    await client.send(new PostToConnectionCommand({ ConnectionId, Data: "frame" }));
    client.destroy();
    expect(outcomes).toEqual([{ path, refusal: "nothing" }]);
  });
});
