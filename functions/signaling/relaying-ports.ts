import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../shared/environment.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { apiGatewayConnections } from "./connections.ts";
import { sqsDeliveryQueue, sqsDeliveryReceipts } from "./deliveries.ts";
import { dynamoPairs } from "./pairs.ts";
import { dynamoPeerDirectory } from "./peers.ts";

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
  const dynamodb = new DynamoDBClient(clientDefaults);
  const sqs = new SQSClient(clientDefaults);
  const posting = new ApiGatewayManagementApiClient({
    ...clientDefaults,
    endpoint: environment.CONNECTIONS_URL,
  });
  return {
    peers: dynamoPeerDirectory(dynamodb, environment.PEERS_TABLE, resilient("dynamodb")),
    pairs: dynamoPairs(dynamodb, environment.PAIRS_TABLE, resilient("dynamodb")),
    connections: apiGatewayConnections(posting, resilient("connections")),
    deliveries: sqsDeliveryQueue(sqs, environment.DELIVERIES_QUEUE_URL, resilient("sqs")),
    receipts: sqsDeliveryReceipts(sqs, environment.DELIVERIES_QUEUE_URL, resilient("sqs")),
    now: Date.now,
  };
}
