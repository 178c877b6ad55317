const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

const sdpOf = (ufrags: readonly string[], label: string) =>
  `s=${label}\r\n${ufrags.map((one) => `a=ice-ufrag:${one}\r\n`).join("")}`;

/** Frames as a client sends them. `label` tells apart those that are otherwise the same. */
export const offerOf = (ufrags: string | readonly string[], label = "-") => ({
  action: "SDP_OFFER",
  messagePayload: base64({ type: "offer", sdp: sdpOf([ufrags].flat(), label) }),
});

export const answerOf = (ufrags: string | readonly string[], label = "-") => ({
  action: "SDP_ANSWER",
  messagePayload: base64({ type: "answer", sdp: sdpOf([ufrags].flat(), label) }),
});

export const candidateOf = (usernameFragment: string | undefined, text = "candidate:1") => ({
  action: "ICE_CANDIDATE",
  messagePayload: base64({ candidate: text, usernameFragment }),
});

/** Two negotiations of one kind, the second newer, and the candidates of either. */
export const offer = offerOf("aaaa");
export const offer2 = offerOf("bbbb");
export const candidate = (number: number, ufrag = "aaaa") => candidateOf(ufrag, `candidate:${number}`);

export const payloads = (...frames: readonly { readonly messagePayload: string }[]) =>
  frames.map(({ messagePayload }) => messagePayload);
