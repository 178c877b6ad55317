import type { Denial } from "../billing/access/entitlement.ts";
import type { Closing } from "./closing.ts";
import type { Connections } from "./connections.ts";
import { revokedFrame } from "./frames.ts";
import type { PeerDirectory, PeerRemoval } from "./peers.ts";
import { openingTime } from "./presence.ts";
import type { Socket, Sockets } from "./sockets.ts";
import type { WakeUps } from "./wake-ups.ts";

export interface RevokeSocketPorts {
  readonly sockets: Pick<Sockets, "leave">;
  readonly peers: PeerDirectory;
  readonly removal: PeerRemoval;
  readonly connections: Connections;
  readonly closing: Closing;
  readonly wakeUps: WakeUps;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** `not_open_yet`: its handshake may still succeed. `unavailable`: API Gateway did not say that it is closed. */
export type Revoked = "revoked" | "not_open_yet" | "unavailable";

/**
 * Ends one socket: tells it why, has others told that its member left, closes it, and then forgets it. One that
 * cannot be told is closed too, once it is too old to be in its handshake. May be called again after a crash
 * anywhere: the socket stays known until it is closed, and what is told twice has the same id in the queue. Throws
 * the fault of a table or the queue.
 */
export async function revokeSocket(
  ports: RevokeSocketPorts,
  socket: Socket,
  reason: Denial,
): Promise<Revoked> {
  const { member, role, connectionId, connectedAt } = socket;
  const posted = await ports.connections.post(connectionId, revokedFrame(reason));
  // Nobody is told that it left: if it opens, others would be told that it came, and that is the last they hear.
  if (posted !== "delivered" && ports.now() - connectedAt < openingTime) return "not_open_yet";
  const present = await ports.peers.find(member, ports.now());
  const isCurrent = present?.connectionId === connectionId;
  if (isCurrent) {
    // Before it is closed: its own `$disconnect` says that it left of itself, and the same id is queued once.
    const departure = { ...member, role, connectedAt, cause: "revoked" as const };
    await ports.wakeUps.send({ v: 2, kind: "departure", ...departure }, connectionId);
  }
  if ((await ports.closing.close(connectionId)) === "unavailable") return "unavailable";
  // Its row until then: by it the sweeper finds a socket that nobody could close.
  if (isCurrent) await ports.removal.remove(member, connectionId);
  await ports.sockets.leave(socket);
  return "revoked";
}
