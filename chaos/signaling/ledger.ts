// What client sockets saw: the only thing that the judge knows of a run.

/**
 * When something was seen. `order` is its place in the ledger; `real` milliseconds of this machine. The
 * local cloud's clock can be on its way forward meanwhile: then its epoch milliseconds are between
 * `earliest` and `latest`.
 */
export interface Moment {
  readonly order: number;
  readonly real: number;
  readonly earliest: number;
  readonly latest: number;
}

export type Kind = "SDP_OFFER" | "SDP_ANSWER" | "ICE_CANDIDATE" | "ACK";

/** A name in a channel of a tenant; many clients may bear it, one after the other. */
export interface MemberRecord {
  readonly id: string;
  readonly tenant: string;
  readonly channel: string;
  /** `MASTER`, or the client id. */
  readonly name: string;
  readonly role: "MASTER" | "VIEWER" | "PEER";
}

/** A page: it is loaded, connects once or more often, and forgets everything when it is refreshed. */
export interface ClientRecord {
  readonly id: string;
  readonly member: string;
  /** It connected with `synapse=1`. */
  readonly announced: boolean;
}

/** How a socket ended: the client closed it, we had it vanish in one of two ways, or the server closed it. */
export type Ending = "closed" | "gone" | "half-open" | "by the server";

export interface SocketRecord {
  readonly id: string;
  readonly client: string;
  /** When its handshake was begun, and when it was done. */
  readonly began: Moment;
  readonly opened: Moment;
  readonly end?: Moment & { readonly how: Ending };
}

export interface FrameRecord {
  readonly id: string;
  readonly client: string;
  /** The name of the member that it addresses. */
  readonly to: string;
  readonly kind: Kind;
  /** `messagePayload` as it was sent; unique in the ledger. Not of an ACK. */
  readonly payload?: string;
  readonly correlationId?: string;
  readonly seq?: number;
  /** Of an SDP its own; of a candidate that of its SDP, absent when it has none. */
  readonly ufrag?: string;
  /** Each time that it was sent. */
  readonly sends: readonly (Moment & { readonly socket: string })[];
}

type OnSocket = Moment & { readonly socket: string };

export type RelayedRecord = OnSocket & {
  readonly messageType: Exclude<Kind, "ACK">;
  readonly messagePayload: string;
  readonly senderClientId?: string | undefined;
  readonly frameId?: string | undefined;
  readonly seq?: number | undefined;
};

export type AnswerRecord = OnSocket & {
  readonly correlationId?: string | undefined;
  readonly code: string;
  readonly success: boolean;
  readonly frameId?: string | undefined;
};

export type ReportRecord = OnSocket & {
  readonly recipientClientId: string;
  readonly correlationId: string;
  readonly frameId: string;
  readonly code: string;
};

export type GapRecord = OnSocket & {
  readonly senderClientId?: string | undefined;
  readonly from: number;
  readonly to: number;
};

export type AcknowledgementRecord = OnSocket & {
  readonly senderClientId?: string | undefined;
  readonly frameId: string;
};

export type PresenceRecord = OnSocket & { readonly members: readonly string[] };

/** API Gateway's own word that it could not have a frame served; it does not say which. */
export type GatewayErrorRecord = OnSocket & { readonly message: string };

/** A message that is none of those of the protocol. */
export type StrangeRecord = OnSocket & { readonly text: string; readonly why: string };

export interface Ledger {
  /** False: only failures happened that certainly had no effect, and nothing was killed. */
  readonly ambiguous: boolean;
  readonly messageTtlMs: number;
  readonly members: readonly MemberRecord[];
  readonly clients: readonly ClientRecord[];
  readonly sockets: readonly SocketRecord[];
  readonly frames: readonly FrameRecord[];
  readonly relayed: readonly RelayedRecord[];
  readonly answers: readonly AnswerRecord[];
  readonly reports: readonly ReportRecord[];
  readonly gaps: readonly GapRecord[];
  readonly acknowledgements: readonly AcknowledgementRecord[];
  readonly presences: readonly PresenceRecord[];
  readonly gatewayErrors: readonly GatewayErrorRecord[];
  readonly strange: readonly StrangeRecord[];
  /** When instances were killed. */
  readonly kills: readonly Moment[];
  /** When all had come that would. */
  readonly settled: Moment;
}
