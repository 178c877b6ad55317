import { once } from "node:events";
import { WebSocket } from "ws";
import { requestProof, userToken } from "../../tests/journeys/running-program.ts";
import { type Child, startChild } from "../child.ts";
import { startProcess, startSynapse } from "../synapse.ts";

/** Who accepts sockets. */
export interface Contestant {
  readonly name: string;
  readonly child: Child;
  /** Of the one process in the child's group whose memory counts. */
  readonly process: RegExp;
  /** What sockets from `first` on need before they are opened; `wait` is called when it is told to slow down. */
  prepare(first: number, count: number, wait: () => Promise<void>): Promise<readonly string[]>;
  /** Resolves with an idle socket that the server has taken; rejects when it is refused. */
  open(url: string, from: string | undefined): Promise<WebSocket>;
}

/** `npm start`. Each socket is the master of its own channel and brings its own proof. */
export async function startSynapseWithProofs(instances: number): Promise<Contestant> {
  const { child, ready } = await startSynapse(["--instances", String(instances)]);
  const proofFor = async (token: string, channel: string, wait: () => Promise<void>): Promise<string> => {
    for (;;) {
      const answer = await requestProof(ready, token, { channel, role: "MASTER" });
      if (answer.status === 201) {
        const { url, proof } = (await answer.json()) as { url: string; proof: string };
        return `${url}?${new URLSearchParams({ "X-Amz-ChannelARN": channel, proof })}`;
      }
      // Over its throttle, or its tables did not answer in time.
      if (answer.status !== 429 && answer.status !== 503)
        throw new Error(`POST /proofs: ${answer.status} ${await answer.text()}`);
      await wait();
    }
  };
  return {
    name: "Synapse-D",
    child,
    process: startProcess,
    prepare: async (first, count, wait) => {
      const token = await userToken(ready, "bench");
      const urls: string[] = [];
      const lanes = Array.from({ length: instances / 2 }, async (_, lane) => {
        for (let index = lane; index < count; index += instances / 2) {
          urls[index] = await proofFor(token, `socket-${first + index}`, wait);
        }
      });
      await Promise.all(lanes);
      return urls;
    },
    open: openSocket,
  };
}

export async function startPeerJs(): Promise<Contestant> {
  const child = await startChild(process.execPath, ["bench/servers/peerjs.ts"]);
  return {
    name: "PeerJS 1.0.2",
    child,
    process: /servers\/peerjs\.ts$/,
    prepare: async (first, count) =>
      Array.from({ length: count }, (_, index) => {
        const id = `socket-${first + index}`;
        return `${child.ready.signaling}?${new URLSearchParams({ key: "peerjs", id, token: id })}`;
      }),
    open: (url, from) => openSocket(url, from, (socket) => once(socket, "message")),
  };
}

export async function startBareWs(): Promise<Contestant> {
  const child = await startChild(process.execPath, ["bench/servers/bare-ws.ts"]);
  return {
    name: "bare ws",
    child,
    process: /servers\/bare-ws\.ts$/,
    prepare: async (first, count) =>
      Array.from({ length: count }, (_, index) => `${child.ready.signaling}/${first + index}`),
    open: openSocket,
  };
}

/** `greeted` says what else to wait for: PeerJS has taken a peer when it says OPEN. */
async function openSocket(
  url: string,
  from: string | undefined,
  greeted: (socket: WebSocket) => Promise<unknown> = async () => {},
): Promise<WebSocket> {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    ...(from !== undefined && { localAddress: from }),
  });
  await Promise.all([once(socket, "open"), greeted(socket)]);
  return socket;
}
