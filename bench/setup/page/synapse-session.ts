import type * as Kvs from "amazon-kinesis-video-streams-webrtc";
import { PeerLink } from "../../../local/console/page/peer-link.ts";
import { inTime, type SessionTimes, settle, settled } from "./session.ts";

export interface SynapseSession {
  /** Of the master and of the viewer, who have a door each. */
  readonly urls: readonly [master: string, viewer: string];
  readonly channel: string;
  readonly masterProof: string;
  readonly viewerProof: string;
}

const viewerId = "viewer";

/** A call of a master and a viewer through Synapse-D, as the README's example and its console make one. */
export async function synapseSession(session: SynapseSession): Promise<SessionTimes> {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const { channel, urls } = session;
  const master = connect(urls[0], channel, "MASTER", session.masterProof);
  const viewer = connect(urls[1], channel, "VIEWER", session.viewerProof);
  const links: PeerLink[] = [];
  try {
    await inTime("both sockets are open", Promise.all([opened(master), opened(viewer)]));
    const sockets = elapsed();
    const failure = Promise.withResolvers<never>();
    const link = (client: Kvs.SignalingClient, recipient: string | undefined) => {
      const dataChannel = Promise.withResolvers<void>();
      const made = new PeerLink([], {
        candidate: (candidate) => client.sendIceCandidate(candidate, recipient),
        opened: dataChannel.resolve,
        message: () => {},
        closed: () => {},
        failed: (words) => failure.reject(new Error(words)),
      });
      links.push(made);
      return { made, open: dataChannel.promise };
    };
    const called = link(master, viewerId);
    const caller = link(viewer, undefined);
    const fail = (fault: unknown) => failure.reject(fault);
    master.on("iceCandidate", (candidate) => void called.made.addCandidate(candidate).catch(fail));
    viewer.on("iceCandidate", (candidate) => void caller.made.addCandidate(candidate).catch(fail));
    master.on("sdpOffer", (offer) => {
      called.made.answer(offer).then((answer) => master.sendSdpAnswer(answer, viewerId), fail);
    });
    viewer.on("sdpAnswer", (answer) => void caller.made.accept(answer).catch(fail));
    viewer.sendSdpOffer(await caller.made.offer());
    const open = Promise.all([called.open, caller.open]);
    await inTime("the data channel is open", Promise.race([open, failure.promise]));
    const times = { sockets, channel: elapsed() };
    await settle();
    return times;
  } finally {
    for (const link of links) link.close();
    master.close();
    viewer.close();
  }
}

function connect(
  url: string,
  channel: string,
  role: "MASTER" | "VIEWER",
  proof: string,
): Kvs.SignalingClient {
  const { Role, SignalingClient } = window.KVSWebRTC;
  const client = new SignalingClient({
    role: Role[role],
    ...(role === "VIEWER" && { clientId: viewerId }),
    channelARN: channel,
    channelEndpoint: url,
    region: "any",
    requestSigner: {
      getSignedURL: async (endpoint, query) => `${endpoint}?${new URLSearchParams({ ...query, proof })}`,
    },
  });
  client.open();
  return client;
}

const opened = (client: Kvs.SignalingClient): Promise<void> =>
  settled((resolve, reject) => {
    client.on("open", resolve);
    client.on("error", reject);
    client.on("close", () => reject(new Error("a socket was closed before it was open")));
  });
