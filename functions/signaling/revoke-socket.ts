import type { Denial } from "../billing/entitlement.ts";
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
 * Ends one socket: tells it why, has others told that its member left, and closes it. A socket that cannot be told
 * is closed too. May be called again after a crash anywhere: the socket stays known until it is closed, and what is
 * told twice has the same id in the queue. Throws the fault of a table or the queue.
 */
export async function revokeSocket(
  ports: RevokeSocketPorts,
  socket: Socket,
  reason: Denial,
): Promise<Revoked> {
  const { member, role, connectionId, connectedAt } = socket;
  const posted = await ports.connections.post(connectionId, revokedFrame(reason));
  const present = await ports.peers.find(member, ports.now());
  if (present?.connectionId === connectionId) {
    // Before it is closed: its own `$disconnect` would say that it left of itself.
    const departure = { ...member, role, connectedAt, cause: "revoked" as const };
    await ports.wakeUps.send({ v: 2, kind: "departure", ...departure }, connectionId);
    await ports.removal.remove(member, connectionId);
  }
  const closed = await ports.closing.close(connectionId);
  if (closed === "unavailable") return "unavailable";
  const mayOpen = closed === "gone" && posted !== "delivered" && ports.now() - connectedAt < openingTime;
  if (mayOpen) return "not_open_yet";
  await ports.sockets.leave(socket);
  return "revoked";
}
