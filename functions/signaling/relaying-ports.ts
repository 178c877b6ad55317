import { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { SQSClient } from "../shared/aws/sqs.ts";
import { readEnvironment } from "../shared/environment.ts";
import { sqsReceipts } from "../shared/receipts.ts";
import { type Limits, limits, resilient } from "../shared/resilience.ts";
import { apiGatewayConnections, type Connections } from "./connections.ts";
import { postToConnection } from "./manage-connection.ts";
import { dynamoPairs } from "./pairs.ts";
import { dynamoChannelMembers, dynamoPeerDirectory, dynamoPeerRemoval } from "./peers.ts";
import { sqsWakeUps } from "./wake-ups.ts";

/** What the relay and the delivery worker are told. */
export interface RelayingEnvironment {
  readonly PEERS_TABLE: string;
  readonly PAIRS_TABLE: string;
  readonly DELIVERIES_QUEUE_URL: string;
  readonly CONNECTIONS_URL: string;
}

/** The AWS side of both, from the function's environment. Throws when a variable is missing. */
export function relayingPorts() {
  const environment = readEnvironment<RelayingEnvironment>({
    PEERS_TABLE: "required",
    PAIRS_TABLE: "required",
    DELIVERIES_QUEUE_URL: "required",
    CONNECTIONS_URL: "required",
  });
  const dynamodb = new DynamoDBClient();
  const sqs = new SQSClient();
  const guarded = resilient("dynamodb");
  const queueing = resilient("sqs");
  return {
    peers: dynamoPeerDirectory(dynamodb, environment.PEERS_TABLE, guarded),
    members: dynamoChannelMembers(dynamodb, environment.PEERS_TABLE, guarded),
    removal: dynamoPeerRemoval(dynamodb, environment.PEERS_TABLE, guarded),
    pairs: dynamoPairs(dynamodb, environment.PAIRS_TABLE, resilient("dynamodb")),
    connections: postingTo(environment.CONNECTIONS_URL),
    wakeUps: sqsWakeUps(sqs, environment.DELIVERIES_QUEUE_URL, queueing),
    receipts: sqsReceipts(sqs, environment.DELIVERIES_QUEUE_URL, queueing),
    now: Date.now,
  };
}

/** The connections of the API whose management URL this is. */
export function postingTo(endpoint: string, within: Limits = limits.connections): Connections {
  return apiGatewayConnections(postToConnection(endpoint), {
    retrying: resilient("connections", within),
    throttledOnly: resilient("connections", within, "throttled"),
  });
}
