import type * as Kvs from "amazon-kinesis-video-streams-webrtc";
import { PeerLink } from "../../../local/console/page/peer-link.ts";
import { inTime, type SessionTimes, settle, settled } from "./session.ts";

export interface SynapseSession {
  readonly url: string;
  readonly channel: string;
  readonly masterProof: string;
  readonly viewerProof: string;
}

const viewerId = "viewer";

/** A call of a master and a viewer through Synapse-D, as the README's example and its console make one. */
export async function synapseSession(session: SynapseSession): Promise<SessionTimes> {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const master = connect(session, "MASTER", session.masterProof);
  const viewer = connect(session, "VIEWER", session.viewerProof);
  const links: PeerLink[] = [];
  try {
    await inTime("both sockets are open", Promise.all([opened(master), opened(viewer)]));
    const sockets = elapsed();
    const failure = Promise.withResolvers<never>();
    const link = (client: Kvs.SignalingClient, recipient: string | undefined) => {
      const channel = Promise.withResolvers<void>();
      const made = new PeerLink([], {
        candidate: (candidate) => client.sendIceCandidate(candidate, recipient),
        opened: channel.resolve,
        message: () => {},
        closed: () => {},
        failed: (words) => failure.reject(new Error(words)),
      });
      links.push(made);
      return { made, open: channel.promise };
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
    const channel = elapsed();
    await settle();
    return { sockets, channel };
  } finally {
    for (const link of links) link.close();
    master.close();
    viewer.close();
  }
}

function connect(
  { url, channel }: SynapseSession,
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
