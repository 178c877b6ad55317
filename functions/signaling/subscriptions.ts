import type { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";
import { channelKey, type Identity } from "./identity.ts";
import { rowLifetime } from "./peers.ts";
import { dynamoTopicPlaces } from "./topic-places.ts";
import { type Entry, type Subscription, type TopicKey, topicRows } from "./topic-rows.ts";

/** A socket that may subscribe, and the channel to which its topics are confined. */
export interface Subscriber {
  readonly channel: string;
  readonly connectionId: string;
  /** Epoch second after which the socket cannot be open any more. */
  readonly endsAt: number;
}

/** Who is subscribed then. `known` when nothing had to be written, `full` when 50 others are subscribed. */
export type Entered =
  | { readonly kind: "new" | "known"; readonly subscriptions: readonly Subscription[] }
  | { readonly kind: "full" };

/** Who gets what is published to a topic. `now` is in epoch milliseconds. */
export interface Subscriptions {
  /** Takes a place for the topic among those of the connection; one that it has already is kept. */
  takePlace(subscriber: Subscriber, topic: string): Promise<"taken" | "full">;
  /** Gives the place back. */
  freePlace(subscriber: Subscriber, topic: string): Promise<void>;
  /** Subscribes it, without a turn. One that is subscribed keeps what it has. */
  enter(subscriber: Subscriber, topic: string, now: number): Promise<Entered>;
  /** Enters it, unless it is subscribed, and gives it the next turn, unless it has one, both in one step. */
  takeTurn(subscriber: Subscriber, topic: string, now: number): Promise<Entered>;
  leave(subscriber: Pick<Subscriber, "channel" | "connectionId">, topic: string): Promise<void>;
  /** Who is subscribed, read consistently. */
  subscriptionsOf(channel: string, topic: string, now: number): Promise<readonly Subscription[]>;
}

export const subscriberOf = (
  identity: Pick<Identity, "tenant" | "channel">,
  connectionId: string,
  connectedAt: number,
): Subscriber => ({
  channel: channelKey(identity),
  connectionId,
  endsAt: Math.floor(connectedAt / 1000) + rowLifetime,
});

const mayBeOpen =
  (now: number) =>
  ({ since }: Subscription): boolean =>
    since + rowLifetime * 1000 > now;

/** One row for each topic, with all its subscribers, and one for the places of each connection. */
export function dynamoSubscriptions(
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): Subscriptions {
  const rows = topicRows(client, table, resilient);
  const put = async (key: TopicKey, entry: Entry): Promise<Entered> => {
    const written = await rows.put(key, entry);
    if (written.kind === "absent") {
      const subscriptions = await rows.begin(key, entry);
      // Else somebody else was the first.
      return subscriptions ? { kind: "new", subscriptions } : put(key, entry);
    }
    const subscriptions = written.subscriptions.filter(mayBeOpen(entry.now));
    if (written.kind === "put") return { kind: "new", subscriptions };
    const own = subscriptions.find(({ connectionId }) => connectionId === entry.connectionId);
    if (own) return { kind: "known", subscriptions };
    const ended = written.subscriptions.filter((one) => !subscriptions.includes(one));
    if (ended.length === 0) return { kind: "full" };
    await rows.remove(
      key,
      ended.map(({ connectionId }) => connectionId),
    );
    return put(key, entry);
  };
  return {
    ...dynamoTopicPlaces(client, table, resilient),
    enter: ({ channel, connectionId }, topic, now) =>
      put({ channel, topic }, { connectionId, takesTurn: false, now }),
    takeTurn: ({ channel, connectionId }, topic, now) =>
      put({ channel, topic }, { connectionId, takesTurn: true, now }),
    leave: ({ channel, connectionId }, topic) => rows.remove({ channel, topic }, [connectionId]),
    subscriptionsOf: async (channel, topic, now) =>
      (await rows.read({ channel, topic })).filter(mayBeOpen(now)),
  };
}
