import { proofFor, type Ready } from "../../tests/journeys/running-program.ts";
import { startChild } from "../child.ts";
import { startProcess, startSynapse as startProgram } from "../synapse.ts";
import type { Contestant, PairEnd } from "./contestant.ts";
import type { Payload } from "./payloads.ts";
import { nextFrame, openSocket, Peer } from "./peer.ts";

const server = /node bench\/servers\//;

/** `npm start`: what a user runs. Viewers and masters connect with proofs. */
export async function startSynapse(): Promise<Contestant & { readonly ready: Ready }> {
  const { child, ready } = await startProgram();
  return {
    name: "Synapse-D",
    child,
    process: startProcess,
    ready,
    openPair: (index) => openSynapsePair(ready, index),
  };
}

/** A viewer and a master of a new channel. */
export function openSynapsePair(ready: Ready, index: number): Promise<readonly [PairEnd, PairEnd]> {
  const end = async (
    role: "MASTER" | "VIEWER",
    channel: string,
    clientId: string | undefined,
    addressing: { readonly recipientClientId?: string },
  ): Promise<PairEnd> => {
    const { proof, url } = await proofFor(ready, `${channel}-${role}`, { channel, role, clientId });
    const query = new URLSearchParams({
      "X-Amz-ChannelARN": channel,
      ...(clientId !== undefined && { "X-Amz-ClientId": clientId }),
      proof,
    });
    const peer = new Peer(await openSocket(`${url}?${query}`));
    return {
      peer,
      frame: ({ kind, messagePayload }) =>
        JSON.stringify({ action: kvsAction(kind, role), messagePayload, ...addressing }),
    };
  };
  const channel = `bench-${index}`;
  return Promise.all([
    end("VIEWER", channel, "viewer", {}),
    end("MASTER", channel, undefined, { recipientClientId: "viewer" }),
  ]);
}

/** The least that this architecture can do. A frame names the connection that it goes to. */
export async function startFloor(): Promise<Contestant & { readonly ready: FloorReady }> {
  const child = await startChild(process.execPath, [
    "bench/servers/floor.ts",
    "bench/relay/floor/program.ts",
  ]);
  const ready = child.ready as unknown as FloorReady;
  const open = async () => {
    const socket = await openSocket(ready.url);
    // API Gateway names the connection when it refuses a frame without a route.
    const refused = nextFrame(socket);
    socket.send("{}");
    const { connectionId }: { readonly connectionId: string } = JSON.parse(await refused);
    return { socket, connectionId };
  };
  return {
    name: "floor",
    child,
    process: server,
    ready,
    openPair: async () => {
      const [one, two] = await Promise.all([open(), open()]);
      const end = (from: typeof one, to: typeof one): PairEnd => ({
        peer: new Peer(from.socket),
        frame: ({ messagePayload }) =>
          JSON.stringify({ action: "RELAY", messagePayload, connectionId: to.connectionId }),
      });
      return [end(one, two), end(two, one)];
    },
  };
}

export interface FloorReady {
  readonly url: string;
  readonly control: string;
  /** Of the handler, gzip. */
  readonly bundleBytes: number;
}

export async function startPeerJs(): Promise<Contestant> {
  const child = await startChild(process.execPath, ["bench/servers/peerjs.ts"]);
  return {
    name: "PeerJS 1.0.2",
    child,
    process: server,
    openPair: (index) => openPeerJsPair(String(child.ready.signaling), index),
  };
}

/** Two peers of a PeerJS server, with new ids. */
export function openPeerJsPair(signaling: string, index: number): Promise<readonly [PairEnd, PairEnd]> {
  const types = { offer: "OFFER", answer: "ANSWER", candidate: "CANDIDATE" } as const;
  const end = async (id: string, dst: string, description: "offer" | "answer"): Promise<PairEnd> => {
    const query = new URLSearchParams({ key: "peerjs", id, token: id });
    const socket = await openSocket(`${signaling}?${query}`);
    return {
      peer: new Peer(socket),
      frame: ({ kind, messagePayload }) =>
        JSON.stringify({
          type: types[kind === "description" ? description : kind],
          payload: messagePayload,
          dst,
        }),
    };
  };
  return Promise.all([
    end(`viewer-${index}`, `master-${index}`, "offer"),
    end(`master-${index}`, `viewer-${index}`, "answer"),
  ]);
}

/** `ws` and nothing else: what a relay costs without any of its promises. */
export async function startBareWs(): Promise<Contestant> {
  const child = await startChild(process.execPath, ["bench/servers/bare-ws.ts"]);
  const end = async (index: number, role: "VIEWER" | "MASTER"): Promise<PairEnd> => ({
    peer: new Peer(await openSocket(`${child.ready.signaling}/${index}`)),
    frame: ({ kind, messagePayload }) => JSON.stringify({ action: kvsAction(kind, role), messagePayload }),
  });
  return {
    name: "bare ws",
    child,
    process: server,
    openPair: (index) => Promise.all([end(index, "VIEWER"), end(index, "MASTER")]),
  };
}

function kvsAction(kind: Payload["kind"], role: "VIEWER" | "MASTER"): string {
  if (kind === "candidate") return "ICE_CANDIDATE";
  return role === "VIEWER" ? "SDP_OFFER" : "SDP_ANSWER";
}
