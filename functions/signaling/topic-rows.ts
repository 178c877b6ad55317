import * as v from "valibot";
import { number, numbers, readNumbers, readRow, text } from "../shared/attribute-values.ts";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";
import { rowLifetime } from "./peers.ts";

/** Subscribers of a topic. One invocation posts to them all, and each SDP of y-webrtc goes to each. */
export const subscribersPerTopic = 50;

/** A connection that is subscribed. */
export interface Subscription {
  readonly connectionId: string;
  /** Its place among those who have published, in the order of their first frames. Undefined before its first. */
  readonly turn: number | undefined;
  /** When it got its turn, or else when it entered: epoch milliseconds of the instance that wrote it. */
  readonly since: number;
}

/** A topic of a channel. */
export interface TopicKey {
  readonly channel: string;
  readonly topic: string;
}

/** Who stands in the row then; whether each may still be open is not looked at. */
export type Put =
  | { readonly kind: "put" | "not_put"; readonly subscriptions: readonly Subscription[] }
  /** There is no row. */
  | { readonly kind: "absent" };

/** A subscription to write, and whether it gets the next turn. Time is epoch milliseconds. */
export interface Entry {
  readonly connectionId: string;
  readonly takesTurn: boolean;
  readonly now: number;
}

/** The rows of topics, each with all its subscribers. */
export interface TopicRows {
  /** Unless it stands there as it should already, or 50 others do. */
  put(key: TopicKey, entry: Entry): Promise<Put>;
  /** Makes the row, with this one. Undefined when there is one by now. */
  begin(key: TopicKey, entry: Entry): Promise<readonly Subscription[] | undefined>;
  remove(key: TopicKey, connectionIds: readonly string[]): Promise<void>;
  /** Reads consistently. */
  read(key: TopicKey): Promise<readonly Subscription[]>;
}

/**
 * The partition of a topic: tenant#channel#topic. Neither tenant nor channel can hold a `#`, so whatever
 * the topic's name is, no other channel's topic has this key.
 */
export const topicKey = ({ channel, topic }: TopicKey): string => `${channel}#${topic}`;

/** By connection. */
const topicRow = v.object({ since: readNumbers, turns: readNumbers });

function subscriptionsIn(row: unknown): readonly Subscription[] {
  const { since, turns } = readRow("topics", topicRow, row);
  return Object.entries(since).map(([connectionId, time]) => ({
    connectionId,
    turn: turns[connectionId],
    since: time,
  }));
}

/** The table of topics in DynamoDB. */
export function topicRows(client: DynamoDBClient, table: string, resilient: Resilient): TopicRows {
  // Where a row of places has its connection's id.
  const keyOf = (key: TopicKey) => ({ topic: text(topicKey(key)), connectionId: text("*") });
  /** The row after it, or why its condition did not hold. */
  const send = async (update: UpdateItemCommand) => {
    try {
      return (await resilient((abortSignal) => client.send(update, { abortSignal }))).Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error;
      throw error;
    }
  };
  const always = "expiresAt = :expiresAt, v = :v";
  // A row lives as long as any connection that is open now.
  const values = (now: number): Record<string, AttributeValue> => ({
    ":expiresAt": number(Math.floor(now / 1000) + rowLifetime),
    ":v": number(2),
  });
  return {
    put: async (key, { connectionId, takesTurn, now }) => {
      const turn = takesTurn ? "turns.#id = nextTurn, nextTurn = nextTurn + :one, " : "";
      const isThere = "attribute_exists(turns)";
      const hasRoom = "size(since) < :most";
      const update = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: `SET since.#id = :now, ${turn}${always}`,
        ConditionExpression: takesTurn
          ? `${isThere} AND attribute_not_exists(turns.#id) AND (attribute_exists(since.#id) OR ${hasRoom})`
          : `${isThere} AND attribute_not_exists(since.#id) AND ${hasRoom}`,
        ExpressionAttributeNames: { "#id": connectionId },
        ExpressionAttributeValues: {
          ...values(now),
          ":now": number(now),
          ":most": number(subscribersPerTopic),
          ...(takesTurn && { ":one": number(1) }),
        },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      const sent = await send(update);
      const isPut = !(sent instanceof ConditionalCheckFailedException);
      const row = isPut ? sent : sent.Item;
      if (row === undefined) return { kind: "absent" };
      return { kind: isPut ? "put" : "not_put", subscriptions: subscriptionsIn(row) };
    },
    begin: async (key, { connectionId, takesTurn, now }) => {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: `SET since = :since, turns = :turns, nextTurn = :next, ${always}`,
        ConditionExpression: "attribute_not_exists(turns)",
        ExpressionAttributeValues: {
          ...values(now),
          ":since": numbers({ [connectionId]: now }),
          ":turns": numbers(takesTurn ? { [connectionId]: 1 } : {}),
          ":next": number(takesTurn ? 2 : 1),
        },
        ReturnValues: "ALL_NEW",
      });
      const sent = await send(update);
      return sent instanceof ConditionalCheckFailedException ? undefined : subscriptionsIn(sent);
    },
    remove: async (key, connectionIds) => {
      const names = connectionIds.map((id, index) => [`#id${index}`, id] as const);
      await send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(key),
          UpdateExpression: `REMOVE ${names.map(([name]) => `since.${name}, turns.${name}`).join(", ")}`,
          // A path within a map that is not there is an error.
          ConditionExpression: "attribute_exists(turns)",
          ExpressionAttributeNames: Object.fromEntries(names),
        }),
      );
    },
    read: async (key) => {
      const command = new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true });
      const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      return Item ? subscriptionsIn(Item) : [];
    },
  };
}
