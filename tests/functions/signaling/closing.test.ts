import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { resilient } from "../../../functions/shared/resilience.ts";
import { apiGatewayClosing } from "../../../functions/signaling/closing.ts";
import { deleteConnection } from "../../../functions/signaling/manage-connection.ts";
import { connectionsEndpoint } from "./connections-endpoint.ts";

let endpoint: Awaited<ReturnType<typeof connectionsEndpoint>>;

beforeEach(async () => {
  endpoint = await connectionsEndpoint(204);
});
afterEach(() => endpoint.close());

const close = () =>
  apiGatewayClosing(deleteConnection(endpoint.url, endpoint.signing), resilient("connections")).close(
    "L0SM9cOFvHcCIhw=",
  );

test("closes the connection at its address", async () => {
  expect(await close()).toBe("closed");
  expect(endpoint.received).toMatchObject([
    { method: "DELETE", path: "/v1/@connections/L0SM9cOFvHcCIhw%3D" },
  ]);
});

test("a connection that is not there is gone", async () => {
  endpoint.answers.push({ status: 410, type: "GoneException" });
  expect(await close()).toBe("gone");
  expect(endpoint.received).toHaveLength(1);
});

test("is tried once more, then unavailable", async () => {
  endpoint.answers.push({ status: 429, type: "LimitExceededException" }, { status: 500 });
  expect(await close()).toBe("unavailable");
  endpoint.answers.push({ status: 500 });
  expect(await close()).toBe("closed");
});

test("throws what is no outcome", async () => {
  endpoint.answers.push({ status: 403, type: "ForbiddenException" });
  await expect(close()).rejects.toMatchObject({ name: "ForbiddenException" });
});
