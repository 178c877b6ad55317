import { type Access, accessOf } from "../../../functions/billing/access/current-access.ts";
import type { Revocation } from "../../../functions/shared/revocations.ts";
import type { Closed } from "../../../functions/signaling/closing.ts";
import type { Posted } from "../../../functions/signaling/connections.ts";
import {
  type ConnectedIdentity,
  channelKey,
  memberName,
  userOf,
} from "../../../functions/signaling/identity.ts";
import type { DueKeepalive } from "../../../functions/signaling/keepalives.ts";
import { peerConnection } from "../../../functions/signaling/peer-connection.ts";
import { keyOfMember, memberOfKey } from "../../../functions/signaling/peers.ts";
import { revoke } from "../../../functions/signaling/revoke.ts";
import type { Socket } from "../../../functions/signaling/sockets.ts";
import { sweep } from "../../../functions/signaling/sweep.ts";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";
import type { WakeUp } from "../../../functions/signaling/wake-ups.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { connectEvent, disconnectEvent } from "./connection-world.ts";
import { limits } from "./identities.ts";
import { memoryPeers } from "./memory-peers.ts";

export const start = 1_800_000_000_000;
const plans = { team: { name: "Team", priceId: "price_1", group: "default", limits } };

/** Called before each call of a port takes effect. Throws when the function dies there. */
export type Turn = (what: string) => Promise<void>;

/** Message and how often it was received before. */
export interface Queued {
  readonly message: Omit<Revocation, "v">;
  readonly receives: number;
}

/**
 * What ends access and what closes sockets, over tables, API Gateway and a queue in memory, whose every call is one
 * moment. A connection that is in its handshake cannot be posted to or closed, as at API Gateway.
 */
export function revocationWorld() {
  const { peers, rows } = memoryPeers();
  const users = new Map<string, string>();
  const sockets = new Map<string, Socket>();
  const entitlements = new Map<string, Parameters<typeof accessOf>[0]>();
  const connections = new Map<string, { state: "handshake" | "open" | "closed"; told: string[] }>();
  const queue: Queued[] = [];
  const departures: WakeUp[] = [];
  const world = { now: start };

  const access =
    (turn: Turn) =>
    async (user: string, now: number): Promise<Access> => {
      await turn("access");
      return accessOf(entitlements.get(user), plans, now);
    };
  const shared = (turn: Turn) => ({
    now: () => world.now,
    wakeUps: {
      send: async (message: WakeUp) => {
        await turn("send");
        departures.push(message);
      },
    },
    removal: {
      remove: async (...given: Parameters<typeof peers.remove>) => {
        await turn("remove");
        return peers.remove(...given);
      },
    },
    connections: {
      post: async (id: string, frame: string): Promise<Posted> => {
        await turn("post");
        const connection = connections.get(id);
        if (connection?.state !== "open") return "gone";
        connection.told.push(frame);
        return "delivered";
      },
    },
  });

  const connection = (turn: Turn) =>
    peerConnection({
      ...shared(turn),
      registry: {
        register: async (identity, ...more) => {
          await turn("register");
          const registered = await peers.register(identity, ...more);
          if (registered.kind === "registered" && identity.paid) users.set(more[0], userOf(identity));
          return registered;
        },
        withdraw: async (...given) => {
          await turn("withdraw");
          return peers.withdraw(...given);
        },
      },
      members: {
        members: async (...given) => {
          await turn("members");
          return peers.members(...given);
        },
      },
      pairs: { waitingFor: async () => [] },
      wait: async () => {},
      keepalives: { answered: async () => "answered" as const },
      aliveBuckets: new TokenBuckets(),
      sale: {
        access: access(turn),
        sockets: {
          enter: async (socket) => {
            await turn("enter");
            sockets.set(socket.connectionId, socket);
          },
          leave: async ({ connectionId }) => {
            await turn("leave");
            sockets.delete(connectionId);
          },
        },
      },
      telemetry: recordedTelemetry("peer-connection").telemetry,
    });

  const worker = (turn: Turn) =>
    revoke({
      ...shared(turn),
      access: access(turn),
      peers: {
        find: async (...given) => {
          await turn("find");
          return peers.find(...given);
        },
      },
      sockets: {
        enter: async () => {},
        leave: async ({ connectionId }) => {
          await turn("leave");
          sockets.delete(connectionId);
        },
        async *of(user) {
          await turn("of");
          yield [...sockets.values()].filter((socket) => socket.user === user);
        },
      },
      closing: {
        close: async (id): Promise<Closed> => {
          await turn("close");
          const found = connections.get(id);
          if (found?.state !== "open") return "gone";
          found.state = "closed";
          return "closed";
        },
      },
      receipts: { postpone: async () => {} },
      telemetry: recordedTelemetry("revoke").telemetry,
    });

  const sweeper = (turn: Turn) =>
    sweep({
      ...shared(turn),
      expiredProofs: { remove: async () => 0 },
      keepalives: {
        async *due(shard) {
          if (shard !== 0) return;
          await turn("due");
          yield [...rows].map(([key, { connectionId, role, announced, connectedAt }]): DueKeepalive => {
            const user = users.get(connectionId);
            return {
              member: memberOfKey(key),
              connectionId,
              role,
              announced,
              connectedAt,
              ...(user && { user }),
            };
          });
        },
        renew: () => turn("renew"),
      },
      duePairs: { async *due() {} },
      closing: { close: async () => "closed" },
      sale: {
        access: access(turn),
        revocations: {
          send: async (message) => {
            await turn("revoke");
            queue.push({ message, receives: 0 });
          },
        },
      },
      telemetry: recordedTelemetry("sweep").telemetry,
    });

  return {
    ...{ world, connections, sockets, rows, queue, departures },
    /** What the projection writes. */
    setAccess(user: string, kind: "entitled" | "none"): "changed" | "unchanged" {
      const before = entitlements.get(user)?.kind;
      const until = start / 1000 + 86_400;
      entitlements.set(
        user,
        kind === "entitled" ? { kind, planId: "team", until } : { kind, reason: "canceled" },
      );
      return before === kind ? "unchanged" : "changed";
    },
    /** One handshake, as API Gateway makes it: it is open only after the function has said so. */
    async handshake(identity: ConnectedIdentity, id: string, turn: Turn): Promise<void> {
      connections.set(id, { state: "handshake", told: [] });
      const answer = await connection(turn)(connectEvent(identity, id, world.now)).catch(() => undefined);
      await turn("upgrade").catch(() => {});
      connections.set(id, { state: answer?.statusCode === 200 ? "open" : "closed", told: [] });
    },
    disconnect: (identity: ConnectedIdentity, id: string, turn: Turn) =>
      connection(turn)(disconnectEvent(identity, id)).catch(() => undefined),
    /** One receive of a message. False when it comes back. */
    async receive({ message, receives }: Queued, turn: Turn): Promise<boolean> {
      const record = {
        messageId: "m",
        receiptHandle: "r",
        body: JSON.stringify({ v: 1, ...message }),
        attributes: { ApproximateReceiveCount: String(receives + 1), MessageGroupId: message.user },
      };
      const { batchItemFailures } = await worker(turn)({ Records: [record] });
      return batchItemFailures.length === 0;
    },
    sweep: (turn: Turn) => sweeper(turn)({}).catch(() => undefined),
    openOf: (user: string): readonly string[] =>
      [...connections].flatMap(([id, { state }]) => (state === "open" && users.get(id) === user ? [id] : [])),
    /** The connection that has a member's name. */
    holderOf: (identity: ConnectedIdentity): string | undefined =>
      rows.get(keyOfMember({ channel: channelKey(identity), name: memberName(identity) }))?.connectionId,
  };
}
