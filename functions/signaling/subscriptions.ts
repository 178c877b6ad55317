import * as v from "valibot";
import { number, readRow, readText, text } from "../shared/attribute-values.ts";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from "../shared/aws/dynamodb.ts";
import { pseudonym } from "../shared/digest.ts";
import type { Resilient } from "../shared/resilience.ts";
import { channelKey, type Identity } from "./identity.ts";
import { topicsPerConnection } from "./topic-frame.ts";

/** A socket that may subscribe, and the channel to which its topics are confined. */
export interface Subscriber {
  readonly channel: string;
  readonly connectionId: string;
  /** Epoch second after which the socket cannot be open any more. */
  readonly endsAt: number;
}

/** Who gets what is published to a topic. */
export interface Subscriptions {
  /** Takes a place for the topic among those of the connection; one that it has already is kept. */
  takePlace(subscriber: Subscriber, topic: string): Promise<"taken" | "full">;
  /** Gives the place back. */
  freePlace(subscriber: Subscriber, topic: string): Promise<void>;
  /** `new` when it was not subscribed before. */
  enter(subscriber: Subscriber, topic: string): Promise<"new" | "known">;
  leave(subscriber: Pick<Subscriber, "channel" | "connectionId">, topic: string): Promise<void>;
  /** The connections that are subscribed at `now` (epoch ms), read consistently. */
  subscribersOf(channel: string, topic: string, now: number): Promise<readonly string[]>;
}

/** API Gateway ends a connection after two hours; ten minutes later its rows are litter. */
const rowLifetime = 2 * 60 * 60 + 10 * 60;

export const subscriberOf = (
  identity: Pick<Identity, "tenant" | "channel">,
  connectionId: string,
  connectedAt: number,
): Subscriber => ({
  channel: channelKey(identity),
  connectionId,
  endsAt: Math.floor(connectedAt / 1000) + rowLifetime,
});

/**
 * The partition of a topic: tenant#channel#topic. Neither tenant nor channel can hold a `#`, so whatever
 * the topic's name is, no other channel's topic has this key.
 */
export const topicKey = (channel: string, topic: string): string => `${channel}#${topic}`;

const subscription = v.object({ connectionId: readText });

/**
 * One row for each subscription, and one for the places of each connection. That one is kept under the
 * channel's own key, which has one `#` less than any topic's.
 */
export function dynamoSubscriptions(
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): Subscriptions {
  const key = (partition: string, connectionId: string) => ({
    topic: text(partition),
    connectionId: text(connectionId),
  });
  const place = (topic: string): Record<string, AttributeValue> => ({ ":place": { SS: [pseudonym(topic)] } });
  const unlessRefused = async (update: UpdateItemCommand): Promise<boolean> => {
    try {
      await resilient((abortSignal) => client.send(update, { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  return {
    takePlace: async ({ channel, connectionId, endsAt }, topic) => {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: key(channel, connectionId),
        UpdateExpression: "ADD places :place SET expiresAt = :endsAt, v = :v",
        ConditionExpression:
          "attribute_not_exists(places) OR size(places) < :most OR contains(places, :name)",
        ExpressionAttributeValues: {
          ...place(topic),
          ":name": text(pseudonym(topic)),
          ":most": number(topicsPerConnection),
          ":endsAt": number(endsAt),
          ":v": number(1),
        },
      });
      return (await unlessRefused(update)) ? "taken" : "full";
    },
    freePlace: async ({ channel, connectionId }, topic) => {
      await unlessRefused(
        new UpdateItemCommand({
          TableName: table,
          Key: key(channel, connectionId),
          UpdateExpression: "DELETE places :place",
          ConditionExpression: "attribute_exists(places)",
          ExpressionAttributeValues: place(topic),
        }),
      );
    },
    enter: async ({ channel, connectionId, endsAt }, topic) => {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: key(topicKey(channel, topic), connectionId),
        UpdateExpression: "SET expiresAt = :endsAt, v = :v",
        ExpressionAttributeValues: { ":endsAt": number(endsAt), ":v": number(1) },
        ReturnValues: "UPDATED_OLD",
      });
      const { Attributes } = await resilient((abortSignal) => client.send(update, { abortSignal }));
      return Attributes === undefined ? "new" : "known";
    },
    leave: async ({ channel, connectionId }, topic) => {
      const removal = new DeleteItemCommand({
        TableName: table,
        Key: key(topicKey(channel, topic), connectionId),
      });
      await resilient((abortSignal) => client.send(removal, { abortSignal }));
    },
    subscribersOf: async (channel, topic, now) => {
      const found: string[] = [];
      let from: Record<string, AttributeValue> | undefined;
      do {
        const query = new QueryCommand({
          TableName: table,
          KeyConditionExpression: "topic = :topic",
          FilterExpression: "expiresAt > :now",
          ProjectionExpression: "connectionId",
          ExpressionAttributeValues: {
            ":topic": text(topicKey(channel, topic)),
            ":now": number(Math.floor(now / 1000)),
          },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        });
        const page = await resilient((abortSignal) => client.send(query, { abortSignal }));
        for (const row of page.Items ?? []) found.push(readRow("topics", subscription, row).connectionId);
        from = page.LastEvaluatedKey;
      } while (from);
      return found;
    },
  };
}
