import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { type Access, type CurrentAccess, dynamoCurrentAccess } from "../billing/access/current-access.ts";
import { plans } from "../billing/access/plans.ts";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure } from "../shared/failure.ts";
import { readJson } from "../shared/read-json.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { traced } from "../shared/tracing/traced-client.ts";
import { type ConnectedIdentity, channelKey, memberName, readIdentity, userOf } from "./identity.ts";
import { dynamoPairs, type Pairs } from "./pairs.ts";
import {
  type ChannelMembers,
  dynamoChannelMembers,
  dynamoPeerRegistry,
  dynamoPeerRemoval,
  keyOfMember,
  type Member,
  type PeerRegistry,
  type PeerRemoval,
  type Presence,
} from "./peers.ts";
import { audienceOf, isAware, isOneTooMany } from "./presence.ts";
import { dynamoSockets, type Socket, type Sockets } from "./sockets.ts";
import { type Arrival, sqsWakeUps, type WakeUps } from "./wake-ups.ts";

export interface Environment {
  readonly PEERS_TABLE: string;
  readonly PAIRS_TABLE: string;
  readonly DELIVERIES_QUEUE_URL: string;
  /** Where something is sold: what users have bought, the sockets of those who pay, and JSON of the plans. Else empty. */
  readonly CUSTOMERS_TABLE: string;
  readonly SOCKETS_TABLE: string;
  readonly PLANS: string;
}

interface ConnectionPorts {
  readonly registry: PeerRegistry;
  readonly removal: PeerRemoval;
  readonly members: ChannelMembers;
  readonly pairs: Pick<Pairs, "waitingFor">;
  readonly wakeUps: WakeUps;
  /** Where something is sold, and then only asked for a paid proof. */
  readonly sale?: {
    readonly sockets: Pick<Sockets, "enter" | "leave">;
    readonly access: CurrentAccess;
  };
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

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
  ]),
});

/**
 * Registers a connection once its handshake is admitted, and forgets it when it ends. Who the peer is comes from
 * the authorizer only. The newest connection of a member wins: an older one that arrives late is refused with 403,
 * as is one that has no place in its channel, and its late `$disconnect` removes nothing. One with a paid proof is
 * refused when its user's access has ended: that is read after the socket is known, so whoever ends access either
 * finds the socket, or is seen here. The handshake completes only after the row is durable and the worker knows
 * what to hand over and whom to tell. Throws Failure `event_malformed`, `route_unknown`, `identity_missing`,
 * `dynamodb_unavailable` or `sqs_unavailable`; API Gateway then refuses the handshake.
 */
export const peerConnection = (ports: ConnectionPorts) => {
  return (event: unknown): Promise<{ readonly statusCode: number }> =>
    ports.telemetry.observe(isDisconnect(event) ? "disconnect" : "connect", async (line) => {
      const { requestContext } = readEvent(event);
      const { connectionId, requestId } = requestContext;
      line.add({ connectionId, requestId });
      const identity = readIdentity(requestContext.authorizer);
      line.add(identityFields(identity));
      if (requestContext.eventType === "CONNECT") {
        return connect(ports, identity, connectionId, requestContext.connectedAt, line);
      }
      const { disconnectStatusCode } = requestContext;
      if (typeof disconnectStatusCode === "number") line.add({ closeCode: disconnectStatusCode });
      return disconnect(ports, identity, connectionId, requestContext.connectedAt, line);
    });
};

async function connect(
  ports: ConnectionPorts,
  identity: ConnectedIdentity,
  connectionId: string,
  connectedAt: number,
  line: Line,
): Promise<{ statusCode: number }> {
  const member = memberOf(identity);
  const { sale } = ports;
  const socket = sale && socketOf(identity, connectionId, connectedAt);
  await (socket && sale.sockets.enter(socket));
  // The socket last: by it the worker finds what a crash leaves.
  const forget = async () => {
    await ports.removal.remove(member, connectionId);
    await (socket && sale.sockets.leave(socket));
  };
  try {
    const registered = await ports.registry.register(identity, connectionId, connectedAt);
    if (registered.kind === "newer_exists") {
      await (socket && sale.sockets.leave(socket));
      line.add({ outcome: "refused", code: "newer_connection_exists" });
      return { statusCode: 403 };
    }
    // After the rows are there: who looks for the member later finds it, and what others left before is seen here.
    const [members, waiting, access] = await Promise.all([
      ports.members.members(member.channel, ports.now()),
      ports.pairs.waitingFor(keyOfMember(member), ports.now()),
      socket && sale.access(socket.user, Math.floor(ports.now() / 1000)),
    ]);
    if (access?.kind === "ended") {
      await forget();
      line.add({ outcome: "refused", code: "access_ended" });
      return { statusCode: 403 };
    }
    if (isOneTooMany(member.name, members, limitsNow(identity, access).peersPerChannel)) {
      await forget();
      line.add({ outcome: "refused", code: "channel_full" });
      return { statusCode: 403 };
    }
    const { superseded } = registered;
    const arrival = arrivalOf(identity, connectionId, connectedAt, superseded);
    const concerns =
      waiting.length > 0 ||
      isAware(arrival) ||
      superseded?.announced === true ||
      audienceOf(arrival, members).length > 0;
    if (concerns) await ports.wakeUps.send(arrival, connectionId);
    line.add({
      outcome: "connected",
      ...(superseded && { code: "superseded", supersededConnectionId: superseded.connectionId }),
    });
    return { statusCode: 200 };
  } catch (error) {
    // The handshake fails, so there is no connection for the rows to name.
    await forget().catch(() => {});
    throw error;
  }
}

/** The plan may be another than when the proof was given. */
const limitsNow = (identity: ConnectedIdentity, access: Access | undefined) =>
  access?.kind === "entitled" ? access.limits : identity.limits;

function socketOf(
  identity: ConnectedIdentity,
  connectionId: string,
  connectedAt: number,
): Socket | undefined {
  if (!identity.paid) return undefined;
  const { role } = identity;
  return { user: userOf(identity), connectionId, member: memberOf(identity), role, connectedAt };
}

function arrivalOf(
  identity: ConnectedIdentity,
  connectionId: string,
  connectedAt: number,
  superseded: Presence | undefined,
): Arrival {
  const { role, announced, instance } = identity;
  return {
    v: 2,
    kind: "arrival",
    ...memberOf(identity),
    role,
    connectionId,
    connectedAt,
    announced,
    ...(superseded && {
      superseded: {
        connectionId: superseded.connectionId,
        connectedAt: superseded.connectedAt,
        announced: superseded.announced,
        resumed: instance !== "" && superseded.instance === instance,
      },
    }),
  };
}

async function disconnect(
  ports: ConnectionPorts,
  identity: ConnectedIdentity,
  connectionId: string,
  connectedAt: number,
  line: Line,
): Promise<{ statusCode: number }> {
  const member = memberOf(identity);
  const members = await ports.members.members(member.channel, ports.now());
  const isCurrent = members.some(
    (other) => other.name === member.name && other.connectionId === connectionId,
  );
  const departure = { ...member, role: identity.role, connectedAt };
  // Others are told first: when that fails, the row stays, and the sweeper finds the connection gone.
  if (isCurrent && audienceOf(departure, members).length > 0) {
    await ports.wakeUps.send({ v: 2, kind: "departure", ...departure, cause: "left" }, connectionId);
  }
  const removed = await ports.removal.remove(member, connectionId);
  if (identity.paid) await ports.sale?.sockets.leave({ user: userOf(identity), connectionId });
  line.add({ outcome: "disconnected", ...(removed === "kept" && { code: "not_current" }) });
  return { statusCode: 200 };
}

const memberOf = (identity: ConnectedIdentity): Member => ({
  channel: channelKey(identity),
  name: memberName(identity),
});

function readEvent(event: unknown): v.InferOutput<typeof connectionEvent> {
  const parsed = v.safeParse(connectionEvent, event);
  if (parsed.success) return parsed.output;
  if (v.getDotPath(parsed.issues[0]) === "requestContext.eventType") {
    throw new Failure("route_unknown", "expected the event type CONNECT or DISCONNECT");
  }
  throw new Failure("event_malformed", "expected a WebSocket CONNECT or DISCONNECT event");
}

const isDisconnect = (event: unknown): boolean =>
  v.is(v.object({ requestContext: v.object({ eventType: v.literal("DISCONNECT") }) }), event);

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
  const client = traced(new DynamoDBClient(clientDefaults));
  const guarded = resilient("dynamodb");
  const sale = PLANS !== "" && {
    sockets: dynamoSockets(client, SOCKETS_TABLE, guarded),
    access: dynamoCurrentAccess(client, CUSTOMERS_TABLE, guarded, readJson("PLANS", PLANS, plans)),
  };
  return peerConnection({
    registry: dynamoPeerRegistry(client, PEERS_TABLE, guarded),
    removal: dynamoPeerRemoval(client, PEERS_TABLE, guarded),
    members: dynamoChannelMembers(client, PEERS_TABLE, guarded),
    pairs: dynamoPairs(client, environment.PAIRS_TABLE, guarded),
    ...(sale && { sale }),
    wakeUps: sqsWakeUps(
      traced(new SQSClient(clientDefaults)),
      environment.DELIVERIES_QUEUE_URL,
      resilient("sqs"),
    ),
    telemetry: telemetry("peer-connection"),
    now: Date.now,
  });
});
