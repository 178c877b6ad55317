import type { Entered, Subscriptions } from "../../../functions/signaling/subscriptions.ts";
import type { Subscription } from "../../../functions/signaling/topic-rows.ts";

type Entry = Omit<Subscription, "connectionId">;

/**
 * Subscriptions in memory, with the promises of the table: each call takes effect at once, after the
 * turn that `turn` gives it.
 */
export function memorySubscriptions(turn: () => Promise<void> = async () => {}, placesEach = 32) {
  const topics = new Map<string, Map<string, Entry>>();
  let turns = 0;
  const places = new Map<string, Set<string>>();
  const found = <Value>(map: Map<string, Value>, key: string, empty: Value): Value => {
    const value = map.get(key) ?? empty;
    map.set(key, value);
    return value;
  };
  const placesOf = (connectionId: string) => found(places, connectionId, new Set());
  const topicOf = (channel: string, topic: string) =>
    found(topics, JSON.stringify([channel, topic]), new Map());
  /** Of connections that may be open, since none is for more than two hours and ten minutes. */
  const subscriptionsIn = (topic: Map<string, Entry>, now: number) =>
    [...topic]
      .map(([connectionId, entry]) => ({ connectionId, ...entry }))
      .filter(({ since }) => since > now - 7_800_000);
  const enter = (there: Map<string, Entry>, id: string, now: number, takesTurn: boolean): Entered => {
    const own = there.get(id);
    if (own && (own.turn !== undefined || !takesTurn))
      return { kind: "known", subscriptions: subscriptionsIn(there, now) };
    if (!own && subscriptionsIn(there, now).length >= 50) return { kind: "full" };
    there.set(id, { since: now, turn: takesTurn ? ++turns : undefined });
    return { kind: "new", subscriptions: subscriptionsIn(there, now) };
  };
  const subscriptions: Subscriptions = {
    takePlace: async ({ connectionId }, topic) => {
      await turn();
      const mine = placesOf(connectionId);
      if (!mine.has(topic) && mine.size >= placesEach) return "full";
      mine.add(topic);
      return "taken";
    },
    freePlace: async ({ connectionId }, topic) => {
      await turn();
      placesOf(connectionId).delete(topic);
    },
    enter: async ({ channel, connectionId }, topic, now) => {
      await turn();
      return enter(topicOf(channel, topic), connectionId, now, false);
    },
    takeTurn: async ({ channel, connectionId }, topic, now) => {
      await turn();
      return enter(topicOf(channel, topic), connectionId, now, true);
    },
    leave: async ({ channel, connectionId }, topic) => {
      await turn();
      topicOf(channel, topic).delete(connectionId);
    },
    subscriptionsOf: async (channel, topic, now) => {
      await turn();
      return subscriptionsIn(topicOf(channel, topic), now);
    },
  };
  return { subscriptions, topicOf, placesOf: (connectionId: string) => [...placesOf(connectionId)] };
}
