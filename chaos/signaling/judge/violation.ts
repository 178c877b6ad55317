/** Every promise that the judge can find broken. */
export const promises = {
  "protocol kept": "the server sends nothing but the frames of the protocol",
  "payload intact": "what arrives was sent, byte for byte, with its kind and number",
  "addressed only": "a frame reaches nobody but the member, channel and tenant that it addresses",
  "sender stamped": "senderClientId is the sender's name, and absent of the master",
  "frame id steady": "a frame has one frame id, the same in its answers and whenever it arrives",
  "newest connection": "an older connection gets nothing 5 seconds after a newer one of its name",
  "not twice": "nothing comes twice to one client without a kill or an ambiguous answer",
  "SDP first": "no candidate arrives ahead of the SDP of its negotiation",
  "replaced is over": "no candidate of a negotiation arrives that the client saw replaced over 5 seconds ago",
  "SDPs in order": "offers and answers of a pair arrive in the order in which they were sent",
  "numbers in order": "frames with seq arrive strictly in order, and of those left out gaps or ends are told",
  "answered once": "a frame with a correlation id has exactly one answer for each time it was sent",
  "known codes": "every answer and report has a code of the protocol, and fits its kind",
  "nothing lost": "what was accepted arrives, or its end is reported",
  "ends are ends": "what was refused, or whose end was reported, does not arrive",
  "offers repeated": "an offer without an answer is sent again to a fresh client",
  "members only": "presence and acknowledgements tell of members of the channel and frames between them",
} as const;

export type PromiseName = keyof typeof promises;

export interface Violation {
  readonly promise: PromiseName;
  /** What was seen, and what was expected instead. */
  readonly says: string;
  /** Whose entries in the ledger tell the story. */
  readonly frames: readonly string[];
}
