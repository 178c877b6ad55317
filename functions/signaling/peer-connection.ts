import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { dynamoCurrentAccess } from "../billing/access/current-access.ts";
import { plans } from "../billing/access/plans.ts";
import { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { SQSClient } from "../shared/aws/sqs.ts";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure } from "../shared/failure.ts";
import { readJson } from "../shared/read-json.ts";
import { resilient } from "../shared/resilience.ts";
import { type Telemetry, telemetry } from "../shared/telemetry.ts";
import { type EnterPorts, enterChannel } from "./enter-channel.ts";
import { type ConnectedIdentity, memberName, readIdentity } from "./identity.ts";
import { dynamoKeepalives } from "./keepalives.ts";
import { type LeavePorts, leaveChannel } from "./leave-channel.ts";
import { type AlivePorts, noteAlive } from "./note-alive.ts";
import { dynamoPairs } from "./pairs.ts";
import { dynamoPeerRegistry } from "./peer-registry.ts";
import { dynamoChannelMembers, dynamoPeerRemoval } from "./peers.ts";
import { dynamoSockets } from "./sockets.ts";
import { TokenBuckets } from "./token-buckets.ts";
import { sqsWakeUps } from "./wake-ups.ts";

export interface Environment {
  readonly PEERS_TABLE: string;
  readonly PAIRS_TABLE: string;
  readonly DELIVERIES_QUEUE_URL: string;
  /** Where something is sold: what users have bought, the sockets of those who pay, and JSON of the plans. Else empty. */
  readonly CUSTOMERS_TABLE: string;
  readonly SOCKETS_TABLE: string;
  readonly PLANS: string;
}

type ConnectionPorts = EnterPorts & LeavePorts & AlivePorts & { readonly telemetry: Telemetry };

const context = {
  connectionId: v.string(),
  requestId: v.string(),
  authorizer: v.unknown(),
};

const connectionEvent = v.object({
  requestContext: v.variant("eventType", [
    v.object({
      ...context,
      eventType: v.literal("CONNECT"),
      connectedAt: v.pipe(v.number(), v.safeInteger()),
    }),
    v.object({
      ...context,
      eventType: v.literal("DISCONNECT"),
      connectedAt: v.optional(v.pipe(v.number(), v.safeInteger()), 0),
      disconnectStatusCode: v.optional(v.unknown()),
    }),
    v.object({ ...context, eventType: v.literal("MESSAGE"), routeKey: v.literal("ALIVE") }),
  ]),
});

/**
 * Registers a connection once its handshake is admitted, and forgets it when it ends. Who the peer is comes from
 * the authorizer only. The newest connection of a member wins: an older one that arrives late is refused with 403,
 * as is one that has no place in its channel, and its late `$disconnect` removes nothing. One with a paid proof is
 * refused when its user's access has ended: that is read after the socket is known, so whoever ends access either
 * finds the socket, or is seen here. The handshake completes only after the row is durable and the worker knows
 * what to hand over and whom to tell. Notes that a client is alive when it says so. Throws Failure `event_malformed`, `route_unknown`, `identity_missing`,
 * `dynamodb_unavailable` or `sqs_unavailable`; API Gateway then refuses the handshake.
 */
export const peerConnection = (ports: ConnectionPorts) => {
  return (event: unknown): Promise<{ readonly statusCode: number }> =>
    ports.telemetry.observe(eventOf(event), async (line) => {
      const { requestContext } = readEvent(event);
      const { connectionId, requestId } = requestContext;
      line.add({ connectionId, requestId });
      const identity = readIdentity(requestContext.authorizer);
      line.add(identityFields(identity));
      if (requestContext.eventType === "CONNECT") {
        return enterChannel(ports, identity, connectionId, requestContext.connectedAt, line);
      }
      if (requestContext.eventType === "MESSAGE") return noteAlive(ports, identity, connectionId, line);
      const { disconnectStatusCode } = requestContext;
      if (typeof disconnectStatusCode === "number") line.add({ closeCode: disconnectStatusCode });
      return leaveChannel(ports, identity, connectionId, requestContext.connectedAt, line);
    });
};

function readEvent(event: unknown): v.InferOutput<typeof connectionEvent> {
  const parsed = v.safeParse(connectionEvent, event);
  if (parsed.success) return parsed.output;
  if (
    ["requestContext.eventType", "requestContext.routeKey"].includes(v.getDotPath(parsed.issues[0]) ?? "")
  ) {
    throw new Failure("route_unknown", "expected the event type CONNECT or DISCONNECT, or the route ALIVE");
  }
  throw new Failure("event_malformed", "expected a WebSocket CONNECT, DISCONNECT or ALIVE event");
}

const events = { CONNECT: "connect", DISCONNECT: "disconnect", MESSAGE: "alive" } as const;
const typed = v.object({
  requestContext: v.object({ eventType: v.picklist(Object.keys(events) as (keyof typeof events)[]) }),
});
const eventOf = (event: unknown) => (v.is(typed, event) ? events[event.requestContext.eventType] : "connect");

const identityFields = (identity: ConnectedIdentity) => ({
  tenant: identity.tenant,
  role: identity.role,
  channel: pseudonym(identity.channel),
  subject: pseudonym(identity.subject),
  sender: pseudonym(memberName(identity)),
});

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    PEERS_TABLE: "required",
    PAIRS_TABLE: "required",
    DELIVERIES_QUEUE_URL: "required",
    CUSTOMERS_TABLE: "empty",
    SOCKETS_TABLE: "empty",
    PLANS: "empty",
  });
  const { PEERS_TABLE, CUSTOMERS_TABLE, SOCKETS_TABLE, PLANS } = environment;
  const client = new DynamoDBClient();
  const guarded = resilient("dynamodb");
  const sale = PLANS !== "" && {
    sockets: dynamoSockets(client, SOCKETS_TABLE, guarded),
    access: dynamoCurrentAccess(client, CUSTOMERS_TABLE, guarded, readJson("PLANS", PLANS, plans)),
  };
  return peerConnection({
    registry: dynamoPeerRegistry(client, PEERS_TABLE, guarded),
    removal: dynamoPeerRemoval(client, PEERS_TABLE, guarded),
    keepalives: dynamoKeepalives(client, PEERS_TABLE, guarded),
    aliveBuckets: new TokenBuckets(),
    members: dynamoChannelMembers(client, PEERS_TABLE, guarded),
    pairs: dynamoPairs(client, environment.PAIRS_TABLE, guarded),
    ...(sale && { sale }),
    wakeUps: sqsWakeUps(new SQSClient(), environment.DELIVERIES_QUEUE_URL, resilient("sqs")),
    telemetry: telemetry("peer-connection"),
    now: Date.now,
    wait,
  });
});
