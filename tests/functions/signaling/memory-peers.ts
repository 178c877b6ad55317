import { channelKey, memberName } from "../../../functions/signaling/identity.ts";
import {
  type ChannelMembers,
  keyOfMember,
  memberOfKey,
  type PeerDirectory,
  type PeerRegistry,
  type PeerRemoval,
  type Presence,
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

    register: async (identity, connectionId, connectedAt) => {
      await turn("register");
      const key = keyOfMember({ channel: channelKey(identity), name: memberName(identity) });
      const superseded = rows.get(key);
      if (superseded && superseded.connectedAt > connectedAt) return { kind: "newer_exists" };
      const { role, announced, instance } = identity;
      rows.set(key, { connectionId, role, connectedAt, announced, instance });
      return { kind: "registered", superseded };
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
