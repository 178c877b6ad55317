import type { Random } from "../../random.ts";

/** What a browser's object gives to the npm client, which asks it for its JSON. */
export interface Payload {
  readonly json: object;
  /** Of an SDP its own; of a candidate that of its SDP, absent when it names none. */
  readonly ufrag?: string;
}

/** A session description that no other equals. `name` is of letters and digits. */
export function description(
  random: Random,
  name: string,
  type: "offer" | "answer",
): Payload & { ufrag: string } {
  const ufrag = `${name}${random.pick(["", "+", "/x", "Zq8"])}`.padStart(4, "0");
  const sdp = [
    "v=0",
    `o=- ${random.whole(1, 2 ** 40)} 2 IN IP4 127.0.0.1`,
    `s=${random.chance(0.05) ? "Grüße ✓" : "-"}`,
    "t=0 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${"p".repeat(24)}`,
    "a=sctp-port:5000",
    ...Array.from(
      { length: random.chance(0.1) ? random.whole(20, 120) : 0 },
      (_, n) => `a=x-filler:${n} ${name}`,
    ),
    "",
  ].join("\r\n");
  return { json: { type, sdp }, ufrag };
}

/** One of the ways in which clients say to which SDP a candidate belongs; one in twenty does not say it. */
export function candidate(random: Random, name: string, ofUfrag: string): Payload {
  const style = random.next();
  const inText = style < 0.6 || (style >= 0.8 && style < 0.95);
  const inField = style < 0.8;
  const start = `candidate:${name} 1 udp ${random.whole(1, 2 ** 31)} 10.0.0.${random.whole(1, 254)}`;
  const port = random.whole(1024, 65535);
  // Half of each, since the relay lets an SDP go first that a host candidate comes right behind.
  const type = port % 2 === 0 ? "host" : "srflx raddr 0.0.0.0 rport 0";
  const text = `${start} ${port} typ ${type} generation 0`;
  const json = {
    candidate: inText ? `${text} ufrag ${ofUfrag} network-id 1` : text,
    sdpMid: "0",
    sdpMLineIndex: 0,
    ...(inField && { usernameFragment: ofUfrag }),
  };
  return { json, ...((inText || inField) && { ufrag: ofUfrag }) };
}

/** The text that `messagePayload` carries. */
export const encoded = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64");

/** The ufrag of an SDP that arrived. */
export function ufragOf(messagePayload: string): string | undefined {
  try {
    const { sdp } = JSON.parse(Buffer.from(messagePayload, "base64").toString()) as { sdp?: string };
    return /^a=ice-ufrag:(.+)\r$/m.exec(sdp ?? "")?.[1];
  } catch {
    return undefined;
  }
}
