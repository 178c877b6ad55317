/** What the npm client sends: it asks the browser's objects for their JSON. */
export function sessionDescription(type: "offer" | "answer", sdp: string): RTCSessionDescription {
  return { type, sdp, toJSON: () => ({ type, sdp }) };
}

export function iceCandidate(candidate: string, usernameFragment = "abcd"): RTCIceCandidate {
  const json = { candidate, sdpMid: "0", sdpMLineIndex: 0, usernameFragment };
  return { ...json, toJSON: () => json } as unknown as RTCIceCandidate;
}
