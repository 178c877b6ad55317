import type { Subscriptions } from "../../../functions/signaling/subscriptions.ts";

/**
 * Subscriptions in memory, with the promises of the table: each call takes effect at once, after the
 * turn that `turn` gives it.
 */
export function memorySubscriptions(turn: () => Promise<void> = async () => {}, placesEach = 32) {
  const topics = new Map<string, Set<string>>();
  const places = new Map<string, Set<string>>();
  const at = (map: Map<string, Set<string>>, key: string): Set<string> => {
    const found = map.get(key) ?? new Set();
    map.set(key, found);
    return found;
  };
  const topicOf = (channel: string, topic: string) => at(topics, JSON.stringify([channel, topic]));
  const subscriptions: Subscriptions = {
    takePlace: async ({ connectionId }, topic) => {
      await turn();
      const mine = at(places, connectionId);
      if (!mine.has(topic) && mine.size >= placesEach) return "full";
      mine.add(topic);
      return "taken";
    },
    freePlace: async ({ connectionId }, topic) => {
      await turn();
      at(places, connectionId).delete(topic);
    },
    enter: async ({ channel, connectionId }, topic) => {
      await turn();
      const known = topicOf(channel, topic).has(connectionId);
      topicOf(channel, topic).add(connectionId);
      return known ? "known" : "new";
    },
    leave: async ({ channel, connectionId }, topic) => {
      await turn();
      topicOf(channel, topic).delete(connectionId);
    },
    subscribersOf: async (channel, topic) => {
      await turn();
      return [...topicOf(channel, topic)];
    },
  };
  return { subscriptions, topicOf, placesOf: (connectionId: string) => [...at(places, connectionId)] };
}
