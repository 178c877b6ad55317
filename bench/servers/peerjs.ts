// The PeerJS server of the npm package `peer`, as its own command starts it.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PeerServer } from "peer";
import { untilInterrupted } from "./until-interrupted.ts";

const server = await new Promise<Server>((resolve) => {
  // The bench's clients send no heartbeats, without which PeerJS would close them after 90 s; and it would
  // take 5,000 of them.
  const limits = { alive_timeout: 3_600_000, concurrent_limit: 1_000_000 };
  PeerServer({ host: "127.0.0.1", port: 0, ...limits }, (listening) => resolve(listening as Server));
});
const { port } = server.address() as AddressInfo;
await untilInterrupted({ signaling: `ws://127.0.0.1:${port}/peerjs` });
process.exit(0);
