import type { PlanLimits } from "../../../functions/shared/plan-limits.ts";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";

/** A plan that stands in nobody's way. */
export const limits: PlanLimits = {
  maxFrameBytes: 32_768,
  framesPerSecond: 100,
  peersPerChannel: 50,
  mailboxDepth: 100,
  messageTtlSeconds: 60,
};

const member = {
  tenant: "acme",
  channel: "lobby",
  subject: "user-1",
  limits,
  announced: false,
  instance: "",
};

export const master: ConnectedIdentity = { ...member, role: "MASTER", clientId: "" };
export const viewer: ConnectedIdentity = { ...member, role: "VIEWER", clientId: "ada" };
export const peer: ConnectedIdentity = { ...member, role: "PEER", clientId: "p1" };

/** The same member, with a client that announced itself as this running instance. */
export const announced = (identity: ConnectedIdentity, instance = "tab-1"): ConnectedIdentity => ({
  ...identity,
  announced: true,
  instance,
});
