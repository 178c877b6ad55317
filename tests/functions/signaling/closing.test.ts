import { createServer } from "node:http";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { clientDefaults, resilient } from "../../../functions/shared/resilience.ts";
import { apiGatewayClosing } from "../../../functions/signaling/closing.ts";

let answers: { status: number; type?: string }[];
let received: string[];
const server = createServer((request, response) => {
  received.push(`${request.method} ${request.url}`);
  const { status, type } = answers.shift() ?? { status: 204 };
  response.writeHead(status, type === undefined ? {} : { "x-amzn-errortype": type });
  response.end(status === 204 ? "" : "{}");
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

const close = () => apiGatewayClosing(client, resilient("connections")).close("L0SM9cOFvHcCIhw=");

test("closes the connection at its address", async () => {
  expect(await close()).toBe("closed");
  expect(received).toEqual(["DELETE /v1/@connections/L0SM9cOFvHcCIhw%3D"]);
});

test("a connection that is not there is gone", async () => {
  answers = [{ status: 410, type: "GoneException" }];
  expect(await close()).toBe("gone");
  expect(received).toHaveLength(1);
});

test("is tried once more, then unavailable", async () => {
  answers = [{ status: 429, type: "LimitExceededException" }, { status: 500 }];
  expect(await close()).toBe("unavailable");
  answers = [{ status: 500 }];
  expect(await close()).toBe("closed");
});

test("throws what is no outcome", async () => {
  answers = [{ status: 403, type: "ForbiddenException" }];
  await expect(close()).rejects.toMatchObject({ name: "ForbiddenException" });
});
