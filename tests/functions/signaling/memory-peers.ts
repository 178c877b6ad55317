import { memberOf, type PeerRegistry } from "../../../functions/signaling/peer-registry.ts";
import {
  type ChannelMembers,
  keyOfMember,
  memberOfKey,
  type PeerDirectory,
  type PeerRemoval,
  type Presence,
  placeSinceOf,
} from "../../../functions/signaling/peers.ts";

/** The peers table in memory. Each call takes effect at one moment, after its `turn`. */
export function memoryPeers(turn: (what: string) => Promise<void> = async () => {}) {
  /** Member's key → its newest connection. */
  const rows = new Map<string, Presence>();
  const peers: PeerDirectory & ChannelMembers & PeerRegistry & PeerRemoval = {
    find: async (member) => {
      await turn("find");
      return rows.get(keyOfMember(member));
    },

    members: async (channel) => {
      await turn("members");
      return [...rows].flatMap(([key, presence]) => {
        const member = memberOfKey(key);
        return member.channel === channel ? [{ ...presence, name: member.name }] : [];
      });
    },

    register: async (identity, connectionId, connectedAt, now) => {
      await turn("register");
      const key = keyOfMember(memberOf(identity));
      const superseded = rows.get(key);
      if (superseded && superseded.connectedAt > connectedAt) return { kind: "newer_exists" };
      const { role, announced, instance } = identity;
      const placeSince = superseded ? placeSinceOf(superseded) : now;
      rows.set(key, { connectionId, role, connectedAt, announced, instance, placeSince });
      return { kind: "registered", superseded };
    },

    withdraw: async (identity, connectionId, superseded) => {
      await turn("withdraw");
      const key = keyOfMember(memberOf(identity));
      if (rows.get(key)?.connectionId !== connectionId) return;
      if (superseded) rows.set(key, superseded);
      else rows.delete(key);
    },

    remove: async (member, connectionId) => {
      await turn("remove");
      const key = keyOfMember(member);
      if (rows.get(key)?.connectionId !== connectionId) return "kept";
      rows.delete(key);
      return "removed";
    },
  };
  return { peers, rows };
}
