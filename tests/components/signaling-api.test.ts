import { beforeAll, describe, expect, test } from "@jest/globals";
import { pairAttributes } from "../../functions/signaling/pairs.ts";
import { createIam } from "../../local/iam/create-iam.ts";
import type { ConditionContext } from "../../local/iam/iam.ts";
import { grants, inventory, only, type Recorded, recordedProgram } from "./recorded-program.ts";
import { declareWholeProgram } from "./whole-program.ts";

let recorded: Recorded[];
let url: string;

beforeAll(async () => {
  recorded = await recordedProgram(() => {
    declareWholeProgram().signaling.url.apply((value) => {
      url = value;
    });
  });
});

const allow = (Action: string[], Resource: string) => [{ Effect: "Allow", Action, Resource: [Resource] }];
const peers = "arn:aws:dynamodb:us-east-1:111122223333:peers";
const pairs = "arn:aws:dynamodb:us-east-1:111122223333:pairs";
const updatePairs = [
  {
    ...allow(["dynamodb:UpdateItem"], pairs)[0],
    Condition: {
      "ForAllValues:StringEquals": {
        "dynamodb:Attributes": [
          ...["recipient", "sender", "state", "version", "v", "expiresAt"],
          ...["waiting", "waitingFrames", "waitingUntil", "shard", "dueAt"],
        ],
      },
    },
  },
];
const posting = allow(
  ["execute-api:ManageConnections"],
  "arn:aws:apigatewayv2:us-east-1:111122223333:signaling/v1/POST/@connections/*",
);
const sending = allow(["sqs:SendMessage"], "arn:aws:sqs:us-east-1:111122223333:deliveries");
const readCustomers = allow(["dynamodb:GetItem"], "arn:aws:dynamodb:us-east-1:111122223333:customers");
const sockets = "arn:aws:dynamodb:us-east-1:111122223333:sockets";
const revocations = "arn:aws:sqs:us-east-1:111122223333:revocations";
const logs = (name: string) =>
  allow(["logs:CreateLogStream", "logs:PutLogEvents"], `arn:aws:cloudwatch:us-east-1:111122223333:${name}:*`);

describe("the least that each function needs", () => {
  test("SignalingAuthorizer uses up proofs", () => {
    expect(grants(recorded, "SignalingAuthorizer")).toEqual({
      "SignalingAuthorizer-logs": logs("SignalingAuthorizer"),
      "SignalingAuthorizer-update-proofs": [
        {
          ...allow(["dynamodb:UpdateItem"], "arn:aws:dynamodb:us-east-1:111122223333:proofs")[0],
          Condition: {
            "ForAllValues:StringEquals": {
              "dynamodb:Attributes": ["proofHash", "usedBy", "expiresAt", "clientId"],
            },
          },
        },
      ],
    });
  });

  test("PeerConnectionHandler adds and removes peers, sees who is there and what waits, and tells the worker", () => {
    expect(grants(recorded, "PeerConnectionHandler")).toEqual({
      "PeerConnectionHandler-logs": logs("PeerConnectionHandler"),
      "PeerConnectionHandler-put-peers": allow(["dynamodb:PutItem"], peers),
      "PeerConnectionHandler-delete-peers": allow(["dynamodb:DeleteItem"], peers),
      "PeerConnectionHandler-query-peers": allow(["dynamodb:Query"], peers),
      "PeerConnectionHandler-query-pairs-waiting": allow(["dynamodb:Query"], `${pairs}/index/waiting`),
      "PeerConnectionHandler-send-deliveries": sending,
      "PeerConnectionHandler-get-customers": readCustomers,
      "PeerConnectionHandler-put-sockets": allow(["dynamodb:PutItem"], sockets),
      "PeerConnectionHandler-delete-sockets": allow(["dynamodb:DeleteItem"], sockets),
    });
  });

  test("RelayServer looks a peer and a pair up, leaves what waits, posts, and wakens the worker", () => {
    expect(grants(recorded, "RelayServer")).toEqual({
      "RelayServer-logs": logs("RelayServer"),
      "RelayServer-get-peers": allow(["dynamodb:GetItem"], peers),
      "RelayServer-get-pairs": allow(["dynamodb:GetItem"], pairs),
      "RelayServer-update-pairs": updatePairs,
      "RelayServer-query-pairs-waiting": allow(["dynamodb:Query"], `${pairs}/index/waiting`),
      "RelayServer-send-deliveries": sending,
      "RelayServer-post-to-connections": posting,
      "RelayServer-get-customers": readCustomers,
    });
  });

  test("TopicRelay finds subscribers, enters and removes them, and posts", () => {
    const topics = "arn:aws:dynamodb:us-east-1:111122223333:topics";
    expect(grants(recorded, "TopicRelay")).toEqual({
      "TopicRelay-logs": logs("TopicRelay"),
      "TopicRelay-query-topics": allow(["dynamodb:Query"], topics),
      "TopicRelay-update-topics": [
        {
          ...allow(["dynamodb:UpdateItem"], topics)[0],
          Condition: {
            "ForAllValues:StringEquals": {
              "dynamodb:Attributes": ["topic", "connectionId", "places", "expiresAt", "v"],
            },
          },
        },
      ],
      "TopicRelay-delete-topics": allow(["dynamodb:DeleteItem"], topics),
      "TopicRelay-post-to-connections": posting,
      "TopicRelay-get-customers": readCustomers,
    });
  });

  test("DeliveryWorker consumes, hands over what waits, removes who is gone, and tells others", () => {
    expect(grants(recorded, "DeliveryWorker")).toEqual({
      "DeliveryWorker-logs": logs("DeliveryWorker"),
      "DeliveryWorker-get-peers": allow(["dynamodb:GetItem"], peers),
      "DeliveryWorker-query-peers": allow(["dynamodb:Query"], peers),
      "DeliveryWorker-delete-peers": allow(["dynamodb:DeleteItem"], peers),
      "DeliveryWorker-get-pairs": allow(["dynamodb:GetItem"], pairs),
      "DeliveryWorker-update-pairs": updatePairs,
      "DeliveryWorker-query-pairs-waiting": allow(["dynamodb:Query"], `${pairs}/index/waiting`),
      "DeliveryWorker-send-deliveries": sending,
      "DeliveryWorker-consume-deliveries": allow(
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
        "arn:aws:sqs:us-east-1:111122223333:deliveries",
      ),
      "DeliveryWorker-post-to-connections": posting,
    });
  });

  test("PeerSweeper finds due peers and pairs, posts, renews or removes, and wakens the worker", () => {
    expect(grants(recorded, "PeerSweeper")).toEqual({
      "PeerSweeper-logs": logs("PeerSweeper"),
      "PeerSweeper-query-peers-keepalive": allow(["dynamodb:Query"], `${peers}/index/keepalive`),
      "PeerSweeper-query-pairs-due": allow(["dynamodb:Query"], `${pairs}/index/due`),
      "PeerSweeper-update-peers": [
        {
          ...allow(["dynamodb:UpdateItem"], peers)[0],
          Condition: {
            "ForAllValues:StringEquals": {
              "dynamodb:Attributes": ["channel", "clientId", "connectionId", "keepaliveAt"],
            },
          },
        },
      ],
      "PeerSweeper-delete-peers": allow(["dynamodb:DeleteItem"], peers),
      "PeerSweeper-send-deliveries": sending,
      "PeerSweeper-post-to-connections": posting,
      "PeerSweeper-get-customers": readCustomers,
      "PeerSweeper-send-revocations": allow(["sqs:SendMessage"], revocations),
    });
  });

  test("RevocationWorker consumes, finds a user's sockets, tells them and others, and closes and forgets them", () => {
    expect(grants(recorded, "RevocationWorker")).toEqual({
      "RevocationWorker-logs": logs("RevocationWorker"),
      "RevocationWorker-get-customers": readCustomers,
      "RevocationWorker-query-sockets": allow(["dynamodb:Query"], sockets),
      "RevocationWorker-delete-sockets": allow(["dynamodb:DeleteItem"], sockets),
      "RevocationWorker-get-peers": allow(["dynamodb:GetItem"], peers),
      "RevocationWorker-delete-peers": allow(["dynamodb:DeleteItem"], peers),
      "RevocationWorker-send-deliveries": sending,
      "RevocationWorker-consume-revocations": allow(
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
        revocations,
      ),
      "RevocationWorker-post-to-connections": posting,
      "RevocationWorker-close-connections": allow(
        ["execute-api:ManageConnections"],
        "arn:aws:apigatewayv2:us-east-1:111122223333:signaling/v1/DELETE/@connections/*",
      ),
    });
  });
});

test("a function may update exactly the attributes of a pair that its code names", () => {
  const [{ Condition }] = updatePairs as [(typeof updatePairs)[0]];
  const granted = Condition["ForAllValues:StringEquals"]["dynamodb:Attributes"];
  expect(granted.toSorted()).toEqual(["recipient", "sender", ...pairAttributes].sort());
});

test("seven routes, each with an integration of its own; five of them answer", () => {
  const answering = (routeKey: string) => ({
    apiId: "signaling-id",
    routeKey,
    target: `integrations/signaling-${routeKey}-id`,
    routeResponseSelectionExpression: "$default",
  });
  const routes = recorded.filter(({ type }) => type === "aws:apigatewayv2/route:Route");
  expect(routes.map(({ inputs }) => inputs)).toEqual([
    answering("ACK"),
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
    "PeerSweeper-schedule": allow(
      ["lambda:InvokeFunction"],
      "arn:aws:lambda:us-east-1:111122223333:PeerSweeper",
    ),
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
