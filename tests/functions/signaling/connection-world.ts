import type { Access } from "../../../functions/billing/access/current-access.ts";
import { type ConnectedIdentity, writeIdentity } from "../../../functions/signaling/identity.ts";
import { peerConnection } from "../../../functions/signaling/peer-connection.ts";
import { memberOf } from "../../../functions/signaling/peer-registry.ts";
import { keyOfMember } from "../../../functions/signaling/peers.ts";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";
import type { WakeUp } from "../../../functions/signaling/wake-ups.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { memoryPeers } from "./memory-peers.ts";

interface World {
  /** Who is there before, and since when. */
  readonly present?: readonly (readonly [ConnectedIdentity, string, number])[];
  /** Keys of members for whom something waits. */
  readonly waiting?: readonly string[];
  /** What a user may do, where something is sold. */
  readonly access?: Access;
  /** What fails, by the name of the call. */
  readonly failing?: Readonly<Partial<Record<Call, Error>>>;
  /** Called before each call takes effect. */
  readonly before?: (call: Call, connectionId: string) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

type Call =
  | ("register" | "withdraw" | "members" | "waitingFor" | "send" | "remove")
  | ("enter" | "leave" | "access" | "wait" | "answered");

/** PeerConnectionHandler over peers in memory, which keeps what it is asked, in order. */
export function connectionWorld({
  present = [],
  waiting = [],
  failing = {},
  before,
  access,
  now = () => 1_800_000_000_500,
}: World = {}) {
  const { peers: memory, rows: peers } = memoryPeers();
  const calls: [Call, ...unknown[]][] = [];
  const sent: WakeUp[] = [];
  const called = async (call: Call, ...values: unknown[]) => {
    await before?.(call, String(values.at(-1)));
    calls.push([call, ...values]);
    if (failing[call]) throw failing[call];
  };
  const enter = (identity: ConnectedIdentity, connectionId: string, connectedAt: number) => {
    const { role, announced, instance } = identity;
    peers.set(keyOfMember(memberOf(identity)), { connectionId, role, connectedAt, announced, instance });
  };
  for (const [identity, connectionId, connectedAt] of present) enter(identity, connectionId, connectedAt);
  const recorded = recordedTelemetry("peer-connection");
  const handle = peerConnection({
    registry: {
      register: async (identity, connectionId, connectedAt, now) => {
        await called("register", identity, connectedAt, connectionId);
        return memory.register(identity, connectionId, connectedAt, now);
      },
      withdraw: async (identity, connectionId, superseded, now) => {
        await called("withdraw", memberOf(identity), superseded?.connectionId, connectionId);
        return memory.withdraw(identity, connectionId, superseded, now);
      },
    },
    removal: {
      remove: async (member, connectionId) => {
        await called("remove", member, connectionId);
        return memory.remove(member, connectionId);
      },
    },
    members: {
      members: async (channel, now) => {
        await called("members", channel);
        return memory.members(channel, now);
      },
    },
    keepalives: {
      answered: async (member, connectionId) => {
        await called("answered", member, connectionId);
        return peers.get(keyOfMember(member))?.connectionId === connectionId ? "answered" : "not_current";
      },
    },
    aliveBuckets: new TokenBuckets(),
    pairs: {
      waitingFor: async (recipient) => {
        await called("waitingFor", recipient);
        return waiting.includes(recipient) ? [{ sender: "bob", frames: 1 }] : [];
      },
    },
    wakeUps: {
      send: async (message, id) => {
        await called("send", message, id);
        sent.push(message);
      },
    },
    ...(access && {
      sale: {
        access: async (user) => {
          await called("access", user);
          return access;
        },
        sockets: {
          enter: (socket) => called("enter", socket),
          leave: ({ user, connectionId }) => called("leave", user, connectionId),
        },
      },
    }),
    telemetry: recorded.telemetry,
    now,
    wait: (milliseconds) => called("wait", milliseconds),
  });
  return { handle, calls, sent, peers, recorded, order: () => calls.map(([call]) => call) };
}

const context = (identity: ConnectedIdentity, connectionId: string) => ({
  connectionId,
  requestId: "JKJaXmPLvHcESHA=",
  authorizer: { ...writeIdentity(identity), principalId: "x" },
});

/** What API Gateway sends for `$connect`. */
export const connectEvent = (
  identity: ConnectedIdentity,
  connectionId = "L0SM9cOFvHcCIhw=",
  connectedAt = 1_800_000_000_123,
) => ({
  requestContext: {
    ...context(identity, connectionId),
    connectedAt,
    routeKey: "$connect",
    eventType: "CONNECT",
  },
});

/** And for `$disconnect`. */
export const disconnectEvent = (
  identity: ConnectedIdentity,
  connectionId = "L0SM9cOFvHcCIhw=",
  connectedAt = 1_800_000_000_123,
) => ({
  requestContext: {
    ...context(identity, connectionId),
    connectedAt,
    routeKey: "$disconnect",
    eventType: "DISCONNECT",
    disconnectStatusCode: 1001,
  },
});

/** And for a frame ALIVE. */
export const aliveEvent = (identity: ConnectedIdentity, connectionId = "L0SM9cOFvHcCIhw=") => ({
  requestContext: { ...context(identity, connectionId), routeKey: "ALIVE", eventType: "MESSAGE" },
  body: '{"action":"ALIVE"}',
});
