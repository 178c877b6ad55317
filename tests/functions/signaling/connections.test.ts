import { createServer } from "node:http";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { clientDefaults, resilient } from "../../../functions/shared/resilience.ts";
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

const post = () =>
  apiGatewayConnections(client, resilient("connections")).post("L0SM9cOFvHcCIhw=", "frame é");

test("posts the text to the connection's address", async () => {
  expect(await post()).toBe("delivered");
  expect(received).toEqual([{ path: "/v1/@connections/L0SM9cOFvHcCIhw%3D", body: "frame é" }]);
});

test("tells that a connection is gone, without trying again", async () => {
  answers = [{ status: 410, type: "GoneException" }];
  expect(await post()).toBe("gone");
  expect(received).toHaveLength(1);
});

test.each([
  [429, "LimitExceededException"],
  [500, "InternalFailure"],
  [503, undefined],
])("tries once more after %i, then leaves it to the queue", async (status, type) => {
  const failure = { status, ...(type !== undefined && { type }) };
  answers = [failure, failure];
  expect(await post()).toBe("unavailable");
  expect(received).toHaveLength(2);
  answers = [failure];
  expect(await post()).toBe("delivered");
});

test("throws what is no outcome", async () => {
  answers = [{ status: 403, type: "ForbiddenException" }];
  await expect(post()).rejects.toMatchObject({ name: "ForbiddenException" });
});
