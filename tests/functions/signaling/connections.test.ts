import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { limits, resilient } from "../../../functions/shared/resilience.ts";
import { apiGatewayConnections } from "../../../functions/signaling/connections.ts";
import { postToConnection } from "../../../functions/signaling/manage-connection.ts";
import { connectionsEndpoint } from "./connections-endpoint.ts";

let endpoint: Awaited<ReturnType<typeof connectionsEndpoint>>;

beforeEach(async () => {
  endpoint = await connectionsEndpoint(200);
});
afterEach(() => endpoint.close());

/** How often it tries is asked here, not for how long: a busy machine may be slower than a frame may wait. */
const patient = { ...limits.connections, attempt: 10_000, total: 25_000 };

const toEndpoint = () => postToConnection(endpoint.url, endpoint.signing);

const post = (once?: "once") =>
  apiGatewayConnections(toEndpoint(), {
    retrying: resilient("connections", patient),
    throttledOnly: resilient("connections", patient, "throttled"),
  }).post("L0SM9cOFvHcCIhw=", "frame é", once);

const gone = { status: 410, type: "GoneException" };
const throttled = { status: 429, type: "LimitExceededException" };
const failing = { status: 500, type: "InternalFailure" };

test("posts the text to the connection's address", async () => {
  expect(await post()).toBe("delivered");
  expect(endpoint.received).toEqual([
    { method: "POST", path: "/v1/@connections/L0SM9cOFvHcCIhw%3D", body: "frame é" },
  ]);
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
  endpoint.answers.push(answer);
  expect(await post()).toBe(outcome);
  expect(endpoint.received).toHaveLength(1);
});

describe.each([["again"], ["once"]] as const)("a frame that may be sent %s", (how) => {
  const once = how === "once" ? how : undefined;

  test("is tried once more after throttling, for it had no effect, then is unavailable", async () => {
    endpoint.answers.push(throttled, throttled);
    expect(await post(once)).toBe("unavailable");
    expect(endpoint.received).toHaveLength(2);
    endpoint.answers.push(throttled);
    expect(await post(once)).toBe("delivered");
  });
});

test("a frame that may be sent again is tried once more after a failure, then it is unknown", async () => {
  endpoint.answers.push(failing, failing);
  expect(await post()).toBe("unknown");
  expect(endpoint.received).toHaveLength(2);
  endpoint.answers.push({ status: 503 });
  expect(await post()).toBe("delivered");
});

test("a frame that is sent once is not tried again after a failure: whether it arrived is unknown", async () => {
  endpoint.answers.push(failing);
  expect(await post("once")).toBe("unknown");
  expect(endpoint.received).toHaveLength(1);
});

test.each([
  ["throttled", throttled],
  ["gone", gone],
])("what may have arrived stays unknown when the next attempt is %s", async (_, next) => {
  endpoint.answers.push(failing, next);
  expect(await post()).toBe("unknown");
  expect(endpoint.received).toHaveLength(2);
});

test("an open circuit is unavailable, and nothing is sent", async () => {
  const connections = apiGatewayConnections(toEndpoint(), {
    retrying: resilient("connections"),
    throttledOnly: resilient("connections", limits.connections, "throttled"),
  });
  endpoint.answers.push(...Array.from({ length: 5 }, () => failing));
  for (let time = 0; time < 3; time += 1) await connections.post("c", "x");
  expect(endpoint.received).toHaveLength(5);
  expect(await connections.post("c", "x")).toBe("unavailable");
  expect(endpoint.received).toHaveLength(5);
});

test("throws what is no outcome", async () => {
  endpoint.answers.push({ status: 403, type: "ForbiddenException" });
  await expect(post()).rejects.toMatchObject({ name: "ForbiddenException" });
});
