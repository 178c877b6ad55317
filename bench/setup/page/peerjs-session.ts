import { type DataConnection, Peer } from "peerjs";
import { inTime, type SessionTimes, settle, settled } from "./session.ts";

export interface PeerJsSession {
  readonly port: number;
  /** Of the called peer and of the caller, who have a door each. */
  readonly hosts: readonly [called: string, caller: string];
  /** Of the called peer and of the caller: chosen before, so that nobody asks the server for one. */
  readonly ids: readonly [called: string, caller: string];
}

/** A call of two peers through the PeerJS server. */
export async function peerJsSession({ port, hosts, ids }: PeerJsSession): Promise<SessionTimes> {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const [called, caller] = ids.map(
    // Without its own STUN and TURN servers, which are elsewhere.
    (id, index) => {
      const door = { host: hosts[index] ?? "", port, path: "/", secure: false };
      return new Peer(id, { ...door, config: { iceServers: [] } });
    },
  );
  if (!called || !caller) throw new Error("a call has two peers");
  try {
    await inTime("both sockets are open", Promise.all([opened(called), opened(caller)]));
    const sockets = elapsed();
    const incoming = settled((resolve, reject) => {
      called.on("connection", (connection) => void opened(connection).then(resolve, reject));
    });
    const outgoing = opened(caller.connect(ids[0], { reliable: true, serialization: "raw" }));
    await inTime("the data channel is open", Promise.all([incoming, outgoing]));
    const channel = elapsed();
    await settle();
    return { sockets, channel };
  } finally {
    caller.destroy();
    called.destroy();
  }
}

const opened = (one: Peer | DataConnection): Promise<void> =>
  settled((resolve, reject) => {
    const emitter = one as Peer;
    emitter.on("open", () => resolve());
    emitter.on("error", reject);
  });
