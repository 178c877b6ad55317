import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, expect, test } from "@jest/globals";
import type { FaultRule } from "../../../../local/faults/fault-rule.ts";
import { connect, ok, serveTestApi, stopTestApis } from "./serve-test-api.ts";

const clients = new Set<ApiGatewayManagementApiClient>();

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients.clear();
  await stopTestApis();
});

/** An API with one connection, whose calls of @connections meet these rules. */
async function connected(...rules: Omit<FaultRule, "service">[]) {
  const served = await serveTestApi({ routes: { $connect: ok } });
  const client = await connect(served.url);
  const [{ id = "" } = {}] = served.apis.openConnections();
  const sdk = new ApiGatewayManagementApiClient({
    endpoint: served.url.replace("ws:", "http:"),
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  clients.add(sdk);
  served.faults.replace(rules.map((rule) => ({ service: "execute-api", ...rule })));
  const post = (Data: string) => sdk.send(new PostToConnectionCommand({ ConnectionId: id, Data }));
  return { ...served, client, id, sdk, post };
}

test.each([
  ["LimitExceededException", 429],
  ["GoneException", 410],
  ["InternalServerErrorException", 500],
])("the unmodified SDK takes an injected %s %i for AWS's own", async (name, status) => {
  const { client, post } = await connected({ times: 1, error: { name, status } });
  await expect(post("lost")).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  await post("sent");
  expect(await client.received(1)).toEqual(["sent"]);
});

test("a post that is dropped reaches nobody; with after it does, and only its answer is lost", async () => {
  const { client, post } = await connected(
    { times: 1, drop: true },
    { times: 1, after: true },
    { times: 1, after: true, error: { name: "InternalServerErrorException", status: 500 } },
  );
  await expect(post("dropped")).rejects.toThrow("socket hang up");
  await expect(post("unanswered")).rejects.toThrow("socket hang up");
  await expect(post("answered wrongly")).rejects.toMatchObject({ name: "InternalServerErrorException" });
  await post("undisturbed");
  expect(await client.received(3)).toEqual(["unanswered", "answered wrongly", "undisturbed"]);
});

test("a rule names an operation and a connection", async () => {
  const { client, id, sdk, post, faults } = await connected();
  const rule = { service: "execute-api", drop: true } as const;
  faults.replace([
    { ...rule, operation: "GetConnection" },
    { ...rule, match: "@connections/none" },
    { ...rule, operation: "PostToConnection", match: `@connections/${id} first` },
  ]);
  await expect(sdk.send(new GetConnectionCommand({ ConnectionId: id }))).rejects.toThrow("socket hang up");
  await expect(post("first")).rejects.toThrow("socket hang up");
  await post("second");
  expect(await client.received(1)).toEqual(["second"]);
});

test("a call that is not allowed is denied, and no rule fires for it", async () => {
  const { post, denial, faults } = await connected({ drop: true });
  denial.reason = "not authorized";
  await expect(post("text")).rejects.toMatchObject({ name: "AccessDeniedException" });
  expect(faults.list().faults[0]?.fired).toBe(0);
});
