import * as v from "valibot";
import { channelKey, type Identity, memberName } from "./identity.ts";
import type { Action } from "./protocol.ts";

export const sdpActions = ["SDP_OFFER", "SDP_ANSWER"] as const satisfies readonly Action[];
export type SdpAction = (typeof sdpActions)[number];

/** What ties a frame to its negotiation. */
export interface Sent {
  /** When API Gateway received the frame, epoch milliseconds. */
  readonly sentAt: number;
  readonly frameId: string;
  /** Of an SDP all its ICE username fragments, of a candidate the one it names, or none. */
  readonly ufrags: readonly string[];
}

/**
 * Text that sorts as the frames of one socket were sent. Two frames of the same millisecond are told
 * apart by their ids: which of them counts as newer is then arbitrary, but the same for everyone.
 */
export const orderOf = ({ sentAt, frameId }: Sent): string =>
  `${String(sentAt).padStart(15, "0")}#${frameId}`;

/** The key of one direction between two members: tenant#channel#sender>recipient. No part holds # or >. */
export const pairKey = (sender: Identity, recipient: string): string =>
  `${channelKey(sender.tenant, sender.channel)}#${memberName(sender)}>${recipient}`;

const payload = v.object({
  sdp: v.fallback(v.string(), ""),
  candidate: v.fallback(v.string(), ""),
  usernameFragment: v.fallback(v.string(), ""),
});

/**
 * The ICE username fragments of a valid payload: of an SDP those of its session and all its media
 * (https://www.rfc-editor.org/rfc/rfc8839#section-5.4), of a candidate its `usernameFragment`, else the
 * `ufrag` extension of its text. Each once; empty when there is none. Read as the KVS client reads.
 */
export function ufragsOf(action: Action, messagePayload: string): readonly string[] {
  const read = v.parse(payload, JSON.parse(Buffer.from(messagePayload, "base64").toString("latin1")));
  if (action !== "ICE_CANDIDATE") {
    return [...new Set([...read.sdp.matchAll(/^a=ice-ufrag:(\S+)/gm)].map(([, ufrag = ""]) => ufrag))];
  }
  const ufrag = read.usernameFragment || / ufrag (\S+)/.exec(read.candidate)?.[1];
  return ufrag ? [ufrag] : [];
}
