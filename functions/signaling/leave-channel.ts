import type { Line } from "../shared/telemetry.ts";
import { type ConnectedIdentity, userOf } from "./identity.ts";
import { memberOf } from "./peer-registry.ts";
import type { ChannelMembers, PeerRemoval } from "./peers.ts";
import { audienceOf } from "./presence.ts";
import type { Sockets } from "./sockets.ts";
import type { WakeUps } from "./wake-ups.ts";

export interface LeavePorts {
  readonly removal: PeerRemoval;
  readonly members: ChannelMembers;
  readonly wakeUps: WakeUps;
  /** Where something is sold. */
  readonly sale?: { readonly sockets: Pick<Sockets, "leave"> };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Forgets a connection that has ended, unless its member has a newer one, and has others told. */
export async function leaveChannel(
  ports: LeavePorts,
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
