import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure, isRetryable } from "../shared/failure.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { addressee, outgoingFrame } from "./addressing.ts";
import { type RouteAnswer, refusal, success } from "./answers.ts";
import { apiGatewayConnections, type Connections } from "./connections.ts";
import { type DeliveryQueue, deliveryLifetime, sqsDeliveryQueue } from "./deliveries.ts";
import { channelKey, type Identity, memberName, readIdentity } from "./identity.ts";
import { dynamoPeerDirectory, type PeerDirectory } from "./peers.ts";
import { parseFrame, type RefusalCode } from "./protocol.ts";

export interface Environment {
  readonly PEERS_TABLE: string;
  readonly DELIVERIES_QUEUE_URL: string;
  readonly CONNECTIONS_URL: string;
}

interface RelayPorts {
  readonly peers: PeerDirectory;
  readonly connections: Connections;
  readonly deliveries: DeliveryQueue;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

const messageEvent = v.object({
  body: v.optional(v.nullable(v.string())),
  isBase64Encoded: v.optional(v.boolean()),
  requestContext: v.object({
    connectionId: v.string(),
    requestId: v.string(),
    messageId: v.optional(v.nullable(v.string())),
    authorizer: v.unknown(),
  }),
});

/**
 * Relays one frame to the peer that it addresses, and to nobody else: at once when the peer is
 * connected, else through the queue. The sender is told of every refusal, and of success when it gave
 * a correlation id. Never throws: API Gateway's own error frame is invisible to a KVS client.
 */
export const relay = (ports: RelayPorts) => {
  return (event: unknown): Promise<RouteAnswer> =>
    ports.telemetry.observe("frame", async (line) => {
      try {
        return await relayFrame(ports, event, line);
      } catch (error) {
        line.fail(error);
        return refusal("internal", undefined);
      }
    });
};

async function relayFrame(ports: RelayPorts, event: unknown, line: Line): Promise<RouteAnswer> {
  const { body, frameId, sender } = readMessage(event, line);
  const parsed = parseFrame(body, sender.maxFrameBytes);
  if (parsed.kind === "refused") {
    line.add({ action: parsed.action ?? "OTHER" });
    return refuse(parsed.code, parsed.correlationId, line);
  }
  const { frame } = parsed;
  const { correlationId } = frame;
  line.add({ action: frame.action, ...(correlationId && { correlation: pseudonym(correlationId) }) });

  const addressed = addressee(sender, frame.recipientClientId);
  if (addressed.kind === "refused") return refuse(addressed.code, correlationId, line);
  line.add({ recipient: pseudonym(addressed.name) });

  const outgoing = {
    member: { channel: channelKey(sender.tenant, sender.channel), name: addressed.name },
    text: outgoingFrame(frame, sender),
  };
  try {
    const direct = await postDirectly(ports, outgoing);
    if (direct === "delivered") {
      line.add({ outcome: "delivered" });
      return success("delivered", correlationId);
    }
    line.add({ code: direct });
    const acceptedAt = ports.now();
    await ports.deliveries.send({
      v: 1,
      tenant: sender.tenant,
      channel: sender.channel,
      recipient: addressed.name,
      frame: outgoing.text,
      frameId,
      action: frame.action,
      ...(correlationId !== undefined && { correlationId }),
      acceptedAt,
      expiresAt: acceptedAt + deliveryLifetime,
    });
    line.add({ outcome: "queued" });
    return success("queued", correlationId);
  } catch (error) {
    line.fail(error);
    return refusal(isRetryable(error) ? "delivery_unavailable" : "internal", correlationId);
  }
}

/** `delivered`, or why the queue must take over. */
async function postDirectly(
  { peers, connections, now }: RelayPorts,
  { member, text }: { member: { channel: string; name: string }; text: string },
): Promise<"delivered" | "absent" | "gone" | "unavailable" | "directory_unavailable"> {
  let connectionId: string | undefined;
  try {
    connectionId = await peers.find(member, now());
  } catch (error) {
    if (isRetryable(error)) return "directory_unavailable";
    throw error;
  }
  return connectionId === undefined ? "absent" : connections.post(connectionId, text);
}

function readMessage(event: unknown, line: Line): { body: string; frameId: string; sender: Identity } {
  const parsed = v.safeParse(messageEvent, event);
  if (!parsed.success) throw new Failure("event_malformed", "expected a WebSocket MESSAGE event");
  const { body: text, isBase64Encoded, requestContext } = parsed.output;
  const { connectionId, requestId, messageId } = requestContext;
  const body = isBase64Encoded ? Buffer.from(text ?? "", "base64").toString() : (text ?? "");
  const frameId = messageId ?? requestId;
  line.add({ connectionId, requestId, frameId, frameBytes: Buffer.byteLength(body) });
  const sender = readIdentity(requestContext.authorizer);
  line.add({
    tenant: sender.tenant,
    channel: pseudonym(sender.channel),
    role: sender.role,
    sender: pseudonym(memberName(sender)),
  });
  return { body, frameId, sender };
}

function refuse(code: RefusalCode, correlationId: string | undefined, line: Line): RouteAnswer {
  line.add({ outcome: "refused", code });
  return refusal(code, correlationId);
}

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    PEERS_TABLE: "required",
    DELIVERIES_QUEUE_URL: "required",
    CONNECTIONS_URL: "required",
  });
  return relay({
    peers: dynamoPeerDirectory(
      new DynamoDBClient(clientDefaults),
      environment.PEERS_TABLE,
      resilient("dynamodb"),
    ),
    connections: apiGatewayConnections(
      new ApiGatewayManagementApiClient({ ...clientDefaults, endpoint: environment.CONNECTIONS_URL }),
      resilient("connections"),
    ),
    deliveries: sqsDeliveryQueue(
      new SQSClient(clientDefaults),
      environment.DELIVERIES_QUEUE_URL,
      resilient("sqs"),
    ),
    telemetry: telemetry("relay"),
    now: Date.now,
  });
});
