import { beforeAll, describe, expect, test } from "@jest/globals";
import { pairAttributes } from "../../../functions/signaling/pair-update.ts";
import { grants, type Recorded } from "../recorded-program.ts";
import { wholeProgram } from "../whole-program.ts";

let recorded: Recorded[];

beforeAll(async () => {
  ({ recorded } = await wholeProgram());
}, 120_000);

const allow = (Action: string[], Resource: string) => [{ Effect: "Allow", Action, Resource: [Resource] }];
const peers = "arn:aws:dynamodb:us-east-1:111122223333:peers";
const pairs = "arn:aws:dynamodb:us-east-1:111122223333:pairs";
const proofs = "arn:aws:dynamodb:us-east-1:111122223333:proofs";
const updatePairs = (...more: string[]) => [
  {
    ...allow(["dynamodb:UpdateItem"], pairs)[0],
    Condition: {
      "ForAllValues:StringEquals": {
        "dynamodb:Attributes": [
          ...["recipient", "sender", "state", "version", "v", "expiresAt"],
          ...["waiting", "waitingFrames", "waitingUntil", "shard", "dueAt", ...more],
        ],
      },
    },
  },
];
const posting = allow(
  ["execute-api:ManageConnections"],
  "arn:aws:apigatewayv2:us-east-1:111122223333:signaling/v1/POST/@connections/*",
);
const closing = allow(
  ["execute-api:ManageConnections"],
  "arn:aws:apigatewayv2:us-east-1:111122223333:signaling/v1/DELETE/@connections/*",
);
const sending = allow(["sqs:SendMessage"], "arn:aws:sqs:us-east-1:111122223333:deliveries");
const readCustomers = allow(["dynamodb:GetItem"], "arn:aws:dynamodb:us-east-1:111122223333:customers");
const sockets = "arn:aws:dynamodb:us-east-1:111122223333:sockets";
const revocations = "arn:aws:sqs:us-east-1:111122223333:revocations";
const logs = (name: string) => [
  ...allow(
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    `arn:aws:cloudwatch:us-east-1:111122223333:${name}:*`,
  ),
  ...allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
];

describe("the least that each function needs", () => {
  test("SignalingAuthorizer uses up proofs", () => {
    expect(grants(recorded, "SignalingAuthorizer")).toEqual({
      "SignalingAuthorizer-logs": logs("SignalingAuthorizer"),
      "SignalingAuthorizer-update-proofs": [
        {
          ...allow(["dynamodb:UpdateItem"], proofs)[0],
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
      "PeerConnectionHandler-update-peers": [
        {
          ...allow(["dynamodb:UpdateItem"], peers)[0],
          Condition: {
            "ForAllValues:StringEquals": {
              "dynamodb:Attributes": ["channel", "clientId", "connectionId", "aliveAt"],
            },
          },
        },
      ],
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
      "RelayServer-update-pairs": updatePairs("leasedFrames"),
      "RelayServer-query-pairs-waiting": allow(["dynamodb:Query"], `${pairs}/index/waiting`),
      "RelayServer-send-deliveries": sending,
      "RelayServer-post-to-connections": posting,
      "RelayServer-get-customers": readCustomers,
    });
  });

  test("TopicRelay reads who is subscribed, writes who comes and goes, and posts", () => {
    const topics = "arn:aws:dynamodb:us-east-1:111122223333:topics";
    expect(grants(recorded, "TopicRelay")).toEqual({
      "TopicRelay-logs": logs("TopicRelay"),
      "TopicRelay-get-topics": allow(["dynamodb:GetItem"], topics),
      "TopicRelay-update-topics": [
        {
          ...allow(["dynamodb:UpdateItem"], topics)[0],
          Condition: {
            "ForAllValues:StringEquals": {
              "dynamodb:Attributes": [
                ...["topic", "connectionId", "places", "since", "turns", "nextTurn", "expiresAt", "v"],
              ],
            },
          },
        },
      ],
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
      "DeliveryWorker-update-pairs": updatePairs(),
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
              "dynamodb:Attributes": ["channel", "clientId", "connectionId", "keepaliveAt", "askedAt"],
            },
          },
        },
      ],
      "PeerSweeper-delete-peers": allow(["dynamodb:DeleteItem"], peers),
      "PeerSweeper-scan-proofs": allow(["dynamodb:Scan"], proofs),
      "PeerSweeper-delete-proofs": allow(["dynamodb:DeleteItem"], proofs),
      "PeerSweeper-send-deliveries": sending,
      "PeerSweeper-post-to-connections": posting,
      "PeerSweeper-close-connections": closing,
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
  const granted = updatePairs("leasedFrames").flatMap(
    ({ Condition }) => Condition["ForAllValues:StringEquals"]["dynamodb:Attributes"],
  );
  expect(granted.toSorted()).toEqual(["recipient", "sender", ...pairAttributes].sort());
});
