import type { Identity } from "../../../functions/signaling/identity.ts";

const member = { tenant: "acme", channel: "lobby", subject: "user-1", maxFrameBytes: 32_768 };

export const master: Identity = { ...member, role: "MASTER", clientId: "" };
export const viewer: Identity = { ...member, role: "VIEWER", clientId: "ada" };
export const peer: Identity = { ...member, role: "PEER", clientId: "p1" };
