import type { Access, CurrentAccess } from "../billing/access/current-access.ts";
import type { Line } from "../shared/telemetry.ts";
import { handshakeTime, placeOf } from "./channel-places.ts";
import { type ConnectedIdentity, userOf } from "./identity.ts";
import type { Pairs } from "./pairs.ts";
import { memberOf, type PeerRegistry } from "./peer-registry.ts";
import { type ChannelMembers, keyOfMember, type Member, type Presence } from "./peers.ts";
import { audienceOf, isAware } from "./presence.ts";
import type { Socket, Sockets } from "./sockets.ts";
import type { Arrival, WakeUps } from "./wake-ups.ts";

export interface EnterPorts {
  readonly registry: PeerRegistry;
  readonly members: ChannelMembers;
  readonly pairs: Pick<Pairs, "waitingFor">;
  readonly wakeUps: WakeUps;
  /** Where something is sold, and then only asked for a paid proof. */
  readonly sale?: {
    readonly sockets: Pick<Sockets, "enter" | "leave">;
    readonly access: CurrentAccess;
  };
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

type Members = Awaited<ReturnType<ChannelMembers["members"]>>;

/** Milliseconds between two looks at a channel that is too full: twice as many each time; and for how long there are any. */
const firstPause = 50;
const longestPause = 400;
const longestWait = 3_000;

/** Enters a connection into its channel, and has others told; or refuses it, and leaves nothing of it. */
export async function enterChannel(
  ports: EnterPorts,
  identity: ConnectedIdentity,
  connectionId: string,
  connectedAt: number,
  line: Line,
): Promise<{ statusCode: number }> {
  const member = memberOf(identity);
  const { sale } = ports;
  const socket = sale && socketOf(identity, connectionId, connectedAt);
  await (socket && sale.sockets.enter(socket));
  let superseded: Presence | undefined;
  // The socket last: by it the worker finds what a crash leaves.
  const forget = async () => {
    const now = ports.now();
    // One whose own handshake may go on is not entered again: it may have been refused meanwhile.
    const isSettled = superseded && now - superseded.connectedAt >= handshakeTime;
    await ports.registry.withdraw(identity, connectionId, isSettled ? superseded : undefined, now);
    await (socket && sale.sockets.leave(socket));
    if (!superseded || isSettled) return;
    const { role, connectedAt: since } = superseded;
    const departure = { ...member, role, connectedAt: since, cause: "superseded" as const };
    await ports.wakeUps.send({ v: 2, kind: "departure", ...departure }, superseded.connectionId);
  };
  try {
    const registered = await ports.registry.register(identity, connectionId, connectedAt, ports.now());
    if (registered.kind === "newer_exists") {
      await (socket && sale.sockets.leave(socket));
      line.add({ outcome: "refused", code: "newer_connection_exists" });
      return { statusCode: 403 };
    }
    superseded = registered.superseded;
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
    const others = await withPlace(ports, member, members, limitsNow(identity, access).peersPerChannel);
    if (!others) {
      await forget();
      line.add({ outcome: "refused", code: "channel_full" });
      return { statusCode: 403 };
    }
    const arrival = arrivalOf(identity, connectionId, connectedAt, superseded);
    const concerns =
      waiting.length > 0 ||
      isAware(arrival) ||
      superseded?.announced === true ||
      audienceOf(arrival, others).length > 0;
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

/** Who is there once the member has a place in its channel; undefined when it gets none. */
async function withPlace(
  ports: Pick<EnterPorts, "members" | "now" | "wait">,
  { channel, name }: Member,
  first: Members,
  most: number,
): Promise<Members | undefined> {
  const firstLook = ports.now();
  let lastChange = firstLook;
  let pause = firstPause;
  for (let members = first; ; ) {
    const now = ports.now();
    const place = placeOf(name, members, most, { now, lastChange });
    if (place === "kept") return members;
    if (place === "refused" || now >= firstLook + longestWait) return undefined;
    await ports.wait(pause);
    pause = Math.min(2 * pause, longestPause);
    const before = members.length;
    members = await ports.members.members(channel, ports.now());
    if (members.length !== before) lastChange = ports.now();
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
