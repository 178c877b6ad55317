import { createServer } from "node:http";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { clientDefaults, limits, resilient } from "../../../functions/shared/resilience.ts";
import { apiGatewayConnections } from "../../../functions/signaling/connections.ts";

interface Received {
  readonly path: string | undefined;
  readonly body: string;
}

let answers: { status: number; type?: string }[];
let received: Received[];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  received.push({ path: request.url, body: Buffer.concat(chunks).toString() });
  const { status, type } = answers.shift() ?? { status: 200 };
  response.writeHead(status, type === undefined ? {} : { "x-amzn-errortype": type });
  response.end(status === 200 ? "" : "{}");
});
let client: ApiGatewayManagementApiClient;

beforeEach(async () => {
  answers = [];
  received = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  client = new ApiGatewayManagementApiClient({
    ...clientDefaults,
    endpoint: `http://127.0.0.1:${port}/v1`,
    region: "us-east-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
  });
});
afterEach(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const post = (once?: "once") =>
  apiGatewayConnections(client, {
    retrying: resilient("connections"),
    throttledOnly: resilient("connections", limits.connections, "throttled"),
  }).post("L0SM9cOFvHcCIhw=", "frame é", once);

const gone = { status: 410, type: "GoneException" };
const throttled = { status: 429, type: "LimitExceededException" };
const failing = { status: 500, type: "InternalFailure" };

test("posts the text to the connection's address", async () => {
  expect(await post()).toBe("delivered");
  expect(received).toEqual([{ path: "/v1/@connections/L0SM9cOFvHcCIhw%3D", body: "frame é" }]);
});

test.each([
  ["a closed connection is gone", gone, "gone"],
  ["a frame that is too large is refused", { status: 413, type: "PayloadTooLargeException" }, "refused"],
  [
    "a frame that API Gateway cannot take is refused",
    { status: 400, type: "BadRequestException" },
    "refused",
  ],
])("%s, without another attempt", async (_, answer, outcome) => {
  answers = [answer];
  expect(await post()).toBe(outcome);
  expect(received).toHaveLength(1);
});

describe.each([["again"], ["once"]] as const)("a frame that may be sent %s", (how) => {
  const once = how === "once" ? how : undefined;

  test("is tried once more after throttling, for it had no effect, then is unavailable", async () => {
    answers = [throttled, throttled];
    expect(await post(once)).toBe("unavailable");
    expect(received).toHaveLength(2);
    answers = [throttled];
    expect(await post(once)).toBe("delivered");
  });
});

test("a frame that may be sent again is tried once more after a failure, then it is unknown", async () => {
  answers = [failing, failing];
  expect(await post()).toBe("unknown");
  expect(received).toHaveLength(2);
  answers = [{ status: 503 }];
  expect(await post()).toBe("delivered");
});

test("a frame that is sent once is not tried again after a failure: whether it arrived is unknown", async () => {
  answers = [failing];
  expect(await post("once")).toBe("unknown");
  expect(received).toHaveLength(1);
});

test.each([
  ["throttled", throttled],
  ["gone", gone],
])("what may have arrived stays unknown when the next attempt is %s", async (_, next) => {
  answers = [failing, next];
  expect(await post()).toBe("unknown");
  expect(received).toHaveLength(2);
});

test("an open circuit is unavailable, and nothing is sent", async () => {
  const connections = apiGatewayConnections(client, {
    retrying: resilient("connections"),
    throttledOnly: resilient("connections", limits.connections, "throttled"),
  });
  answers = Array.from({ length: 5 }, () => failing);
  for (let time = 0; time < 3; time += 1) await connections.post("c", "x");
  expect(received).toHaveLength(5);
  expect(await connections.post("c", "x")).toBe("unavailable");
  expect(received).toHaveLength(5);
});

test("throws what is no outcome", async () => {
  answers = [{ status: 403, type: "ForbiddenException" }];
  await expect(post()).rejects.toMatchObject({ name: "ForbiddenException" });
});
