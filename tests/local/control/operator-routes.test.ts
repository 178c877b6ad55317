import { expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { operatorRoutes } from "../../../local/control/operator-routes.ts";
import { createIam } from "../../../local/iam/create-iam.ts";
import { startCapabilityServer } from "../../../local/loopback/capability-server.ts";
import { testToken } from "../loopback/forge-request.ts";

test("an operator gets a role when it is asked for, once the program is there, and no role is made before", async () => {
  const iam = createIam({ clock: new AdvanceableClock(() => 0) });
  let operation: unknown;
  const server = await startCapabilityServer({
    token: testToken,
    routes: operatorRoutes({ iam, endpointUrl: "http://127.0.0.1:1", operation: () => operation }),
  });
  const ask = async () => {
    const answer = await fetch(`${server.url}/operator`, { method: "POST" });
    return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
  };
  expect(await ask()).toMatchObject({ status: 503, code: "not_ready" });
  expect(iam.grants()).toEqual([]);
  operation = { queues: {} };
  expect(await ask()).toEqual({
    ...{ status: 200, endpoint: "http://127.0.0.1:1", region: "us-east-1", operation: { queues: {} } },
    credentials: {
      accessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.any(String),
      sessionToken: expect.any(String),
    },
  });
  const actions = [...new Set(iam.grants().map(({ holder, action }) => `${holder} ${action}`))];
  expect(actions).toContain("operator sqs:ReceiveMessage");
  expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  await server.close();
});
