import { beforeAll, describe, expect, test } from "@jest/globals";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { ConditionContext } from "../../../local/iam/iam.ts";
import { grants, inventory, only, type Recorded } from "../recorded-program.ts";
import { wholeProgram } from "../whole-program.ts";

let recorded: Recorded[];
let url: string;

beforeAll(async () => {
  const { recorded: all, urls } = await wholeProgram();
  recorded = all;
  url = urls.signaling ?? "";
});

test("eight routes, each with an integration of its own; five of them answer", () => {
  const answering = (routeKey: string) => ({
    apiId: "signaling-id",
    routeKey,
    target: `integrations/signaling-${routeKey}-id`,
    routeResponseSelectionExpression: "$default",
  });
  const routes = recorded.filter(({ type }) => type === "aws:apigatewayv2/route:Route");
  expect(routes.map(({ inputs }) => inputs)).toEqual([
    answering("ACK"),
    { apiId: "signaling-id", routeKey: "ALIVE", target: "integrations/signaling-ALIVE-id" },
    answering("ICE_CANDIDATE"),
    answering("SDP_ANSWER"),
    answering("SDP_OFFER"),
    {
      apiId: "signaling-id",
      routeKey: "$connect",
      target: "integrations/signaling-connect-id",
      authorizationType: "CUSTOM",
      authorizerId: "signaling-id",
    },
    { ...answering("default"), routeKey: "$default" },
    { apiId: "signaling-id", routeKey: "$disconnect", target: "integrations/signaling-disconnect-id" },
  ]);
  expect(inventory(recorded).filter((line) => line.endsWith(" RouteResponse"))).toEqual([
    "signaling-ACK RouteResponse",
    "signaling-ICE_CANDIDATE RouteResponse",
    "signaling-SDP_ANSWER RouteResponse",
    "signaling-SDP_OFFER RouteResponse",
    "signaling-default RouteResponse",
  ]);
});

test("API Gateway may invoke each function for its own route only", () => {
  const permissions = recorded.filter(
    ({ type, inputs }) =>
      type === "aws:lambda/permission:Permission" &&
      String(inputs.sourceArn).startsWith("arn:aws:apigatewayv2:"),
  );
  const api = "arn:aws:apigatewayv2:us-east-1:111122223333:signaling";
  expect(permissions.map(({ inputs }) => [inputs.function, inputs.sourceArn])).toEqual([
    ["PeerConnectionHandler", `${api}/v1/ALIVE`],
    ["PeerConnectionHandler", `${api}/v1/$connect`],
    ["PeerConnectionHandler", `${api}/v1/$disconnect`],
    ["RelayServer", `${api}/v1/ACK`],
    ["RelayServer", `${api}/v1/ICE_CANDIDATE`],
    ["RelayServer", `${api}/v1/SDP_ANSWER`],
    ["RelayServer", `${api}/v1/SDP_OFFER`],
    ["SignalingAuthorizer", `${api}/authorizers/signaling-id`],
    ["TopicRelay", `${api}/v1/$default`],
  ]);
  expect(new Set(permissions.map(({ inputs }) => inputs.principal))).toEqual(
    new Set(["apigateway.amazonaws.com"]),
  );
});

test("a connect must bring a proof, and the stage never logs it", () => {
  expect(only(recorded, "aws:apigatewayv2/authorizer:Authorizer", "signaling")).toMatchObject({
    authorizerType: "REQUEST",
    identitySources: ["route.request.querystring.proof"],
  });
  const stage = only(recorded, "aws:apigatewayv2/stage:Stage", "signaling");
  expect(stage).toMatchObject({
    name: "v1",
    defaultRouteSettings: { throttlingRateLimit: 2000, throttlingBurstLimit: 1000, dataTraceEnabled: false },
  });
  expect(JSON.stringify(stage.accessLogSettings)).not.toMatch(/query|requestOverride|\$context\.path/i);
});

test("the sweeper runs every minute, by a role that may only invoke it", () => {
  expect(only(recorded, "aws:scheduler/schedule:Schedule", "PeerSweeper")).toEqual({
    scheduleExpression: "rate(1 minute)",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: "arn:aws:lambda:us-east-1:111122223333:PeerSweeper",
      roleArn: "arn:aws:iam:us-east-1:111122223333:PeerSweeper-schedule",
      retryPolicy: { maximumRetryAttempts: 0 },
    },
  });
  expect(grants(recorded, "PeerSweeper-schedule")).toEqual({
    "PeerSweeper-schedule": [
      {
        Effect: "Allow",
        Action: ["lambda:InvokeFunction"],
        Resource: ["arn:aws:lambda:us-east-1:111122223333:PeerSweeper"],
      },
    ],
  });
});

describe("Scheduler assumes the sweeper's role", () => {
  const account = "111122223333";
  const group = `arn:aws:scheduler:us-east-1:${account}:schedule-group/default`;
  const assume = (context: ConditionContext) => () => {
    const iam = createIam({ clock: { now: () => 0 } });
    const role = { name: "schedule", arn: `arn:aws:iam::${account}:role/schedule` };
    const { assumeRolePolicy } = only(recorded, "aws:iam/role:Role", "PeerSweeper-schedule");
    iam.putRole({ ...role, assumeRolePolicy: String(assumeRolePolicy) });
    return iam.assumeRole(role.arn, "scheduler.amazonaws.com", context);
  };

  test("for a schedule of the own account", () => {
    expect(assume({ "aws:SourceAccount": account, "aws:SourceArn": group })).not.toThrow();
  });

  test.each<[string, ConditionContext]>([
    ["another account's", { "aws:SourceAccount": "999988887777", "aws:SourceArn": group }],
    [
      "another group's",
      { "aws:SourceAccount": account, "aws:SourceArn": group.replace("default", "guests") },
    ],
    ["one without an account's", { "aws:SourceArn": group }],
    ["one without a group's", { "aws:SourceAccount": account }],
  ])("and not for %s", (_, context) => {
    expect(assume(context)).toThrow("not authorized to perform: sts:AssumeRole");
  });
});

test("handlers post to the stage over https, and clients connect to it over wss", () => {
  expect(url).toBe("wss://signaling.example.com/v1");
  expect(only(recorded, "aws:lambda/function:Function", "RelayServer").environment).toEqual({
    variables: {
      PEERS_TABLE: "peers",
      PAIRS_TABLE: "pairs",
      DELIVERIES_QUEUE_URL: "https://sqs/deliveries",
      CONNECTIONS_URL: "https://signaling.example.com/v1",
      CUSTOMERS_TABLE: "customers",
      PLANS: expect.stringMatching(/^\{"team":/),
    },
  });
});

test("the worker knows at which receive the queue gives a message up", () => {
  const { variables } = only(recorded, "aws:lambda/function:Function", "DeliveryWorker").environment as {
    variables: Record<string, string>;
  };
  const { redrivePolicy } = only(recorded, "aws:sqs/queue:Queue", "deliveries");
  expect(JSON.parse(String(redrivePolicy)).maxReceiveCount).toBe(8);
  expect(variables.MAX_RECEIVE_COUNT).toBe("8");
});
