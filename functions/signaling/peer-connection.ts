import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure } from "../shared/failure.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { channelKey, type Identity, memberName, readIdentity } from "./identity.ts";
import { dynamoPeerRegistry, dynamoPeerRemoval, type PeerRegistry, type PeerRemoval } from "./peers.ts";

export interface Environment {
  readonly PEERS_TABLE: string;
}

interface ConnectionPorts {
  readonly registry: PeerRegistry;
  readonly removal: PeerRemoval;
  readonly telemetry: Telemetry;
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
      disconnectStatusCode: v.optional(v.unknown()),
    }),
  ]),
});

/**
 * Registers a connection once its handshake is admitted, and forgets it when it ends. Who the peer is
 * comes from the authorizer only. The newest connection of a member wins: an older one that arrives
 * late is refused with 403, and its late `$disconnect` removes nothing. The handshake completes only
 * after the row is durable. Throws Failure `event_malformed`, `route_unknown`, `identity_missing` or
 * `dynamodb_unavailable`; API Gateway then refuses the handshake.
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
      return disconnect(ports, identity, connectionId, line);
    });
};

async function connect(
  { registry }: ConnectionPorts,
  identity: Identity,
  connectionId: string,
  connectedAt: number,
  line: Line,
): Promise<{ statusCode: number }> {
  const registered = await registry.register(identity, connectionId, connectedAt);
  if (registered.kind === "newer_exists") {
    line.add({ outcome: "refused", code: "newer_connection_exists" });
    return { statusCode: 403 };
  }
  const { superseded } = registered;
  line.add({
    outcome: "connected",
    ...(superseded !== undefined && { code: "superseded", supersededConnectionId: superseded }),
  });
  return { statusCode: 200 };
}

async function disconnect(
  { removal }: ConnectionPorts,
  identity: Identity,
  connectionId: string,
  line: Line,
): Promise<{ statusCode: number }> {
  const member = { channel: channelKey(identity.tenant, identity.channel), name: memberName(identity) };
  const removed = await removal.remove(member, connectionId);
  line.add({ outcome: "disconnected", ...(removed === "kept" && { code: "not_current" }) });
  return { statusCode: 200 };
}

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

const identityFields = (identity: Identity) => ({
  tenant: identity.tenant,
  role: identity.role,
  channel: pseudonym(identity.channel),
  subject: pseudonym(identity.subject),
  sender: pseudonym(memberName(identity)),
});

export const handler = onFirstCall(() => {
  const { PEERS_TABLE } = readEnvironment<Environment>({ PEERS_TABLE: "required" });
  const client = new DynamoDBClient(clientDefaults);
  const guarded = resilient("dynamodb");
  return peerConnection({
    registry: dynamoPeerRegistry(client, PEERS_TABLE, guarded),
    removal: dynamoPeerRemoval(client, PEERS_TABLE, guarded),
    telemetry: telemetry("peer-connection"),
  });
});
