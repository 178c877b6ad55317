import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { postToConnection } from "../../../functions/signaling/manage-connection.ts";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { AccessKey, Iam } from "../../../local/iam/iam.ts";
import { type LoopbackServer, listenOnLoopback } from "../../../local/loopback/loopback-server.ts";
import { asRelay, lambdaTrust, refusalOf, relayRole } from "../../local/iam/policies.ts";

let server: LoopbackServer;
let iam: Iam;
let key: AccessKey;
/** What was received, and whom the local cloud took for its sender. */
let received: unknown[];
let answer: { status: number; headers?: Record<string, string>; body?: string } | "never";

beforeEach(async () => {
  iam = createIam({ clock: { now: Date.now } });
  iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
  key = iam.assumeRole(relayRole.arn, "lambda.amazonaws.com");
  received = [];
  answer = { status: 200 };
  server = await listenOnLoopback({
    onRequest: async (message, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const headers = message.headers as Record<string, string>;
      const request = { method: "POST", path: message.url ?? "", headers, body };
      const refusal = refusalOf(() => iam.authenticate(request));
      const sender = refusal === "nothing" ? iam.authenticate(request) : refusal;
      received.push({ method: message.method, path: message.url, body: body.toString(), sender });
      if (answer === "never") return;
      response.writeHead(answer.status, answer.headers).end(answer.body);
    },
  });
});
afterEach(() => server.close());

const post = (id = "L0SM9cOFvHcCIhw=", frame = "frame é", signal = new AbortController().signal) =>
  postToConnection(`${server.url}/v1`, { region: "us-east-1", credentials: key })(id, frame, signal);

test.each([
  ["L0SM9cOFvHcCIhw=", "/v1/@connections/L0SM9cOFvHcCIhw%3D"],
  ["a/b+c d=", "/v1/@connections/a%2Fb%2Bc%20d%3D"],
])("posts the bytes to the address of the connection %s, signed for execute-api", async (id, path) => {
  await post(id);
  const sender = { principal: asRelay, service: "execute-api" };
  expect(received).toEqual([{ method: "POST", path, body: "frame é", sender }]);
});

test("posts one frame after another by one client", async () => {
  const client = postToConnection(`${server.url}/v1`, { region: "us-east-1", credentials: key });
  const { signal } = new AbortController();
  for (const frame of ["first", "", "third"]) await client("c", frame, signal);
  expect(received).toMatchObject([{ body: "first" }, { body: "" }, { body: "third" }]);
});

describe("an answer that is no success", () => {
  test.each([
    [410, "GoneException", { message: "Gone" }],
    [429, "LimitExceededException:http://internal.amazon.com/", { Message: "Too Many Requests" }],
  ])("of %i is an error with AWS's name, words and status", async (status, type, body) => {
    answer = { status, headers: { "x-amzn-errortype": type }, body: JSON.stringify(body) };
    await expect(post()).rejects.toMatchObject({
      name: type.split(":")[0],
      message: Object.values(body)[0],
      $metadata: { httpStatusCode: status },
    });
  });

  test("without a name or JSON still has its status", async () => {
    answer = { status: 503, body: "<html>" };
    await expect(post()).rejects.toMatchObject({
      name: "UnknownError",
      message: "API Gateway answered 503",
      $metadata: { httpStatusCode: 503 },
    });
  });
});

test("ends with AbortError when it is told to", async () => {
  answer = "never";
  const controller = new AbortController();
  const posted = post("c", "x", controller.signal);
  while (received.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  await expect(posted).rejects.toMatchObject({ name: "AbortError" });
});
