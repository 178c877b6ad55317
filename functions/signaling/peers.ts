import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { flag, number, readFlag, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import type { Resilient } from "../shared/resilience.ts";
import { shardOf } from "../shared/shard.ts";
import { type ConnectedIdentity, channelKey, memberName, role, userOf } from "./identity.ts";

/** A member of a channel: the channel's key and the member's name. */
export interface Member {
  readonly channel: string;
  readonly name: string;
}

/** tenant#channel#name, and back. No part can hold a `#`. */
export const keyOfMember = ({ channel, name }: Member): string => `${channel}#${name}`;
export function memberOfKey(key: string): Member {
  const end = key.lastIndexOf("#");
  return { channel: key.slice(0, end), name: key.slice(end + 1) };
}

const presence = v.object({
  connectionId: readText,
  role: v.pipe(readText, role),
  connectedAt: readNumber,
  announced: readFlag,
  instance: readText,
  expiresAt: readNumber,
});

/** What a row says of a connection. `connectedAt` is epoch milliseconds. */
export type Presence = Omit<v.InferOutput<typeof presence>, "expiresAt">;

/** A connection to post to, and when (epoch ms) it was looked up. */
export interface Reached {
  readonly id: string;
  readonly foundAt: number;
  readonly announced: boolean;
  readonly instance: string;
}

export const reachedAt = ({ connectionId: id, announced, instance }: Presence, foundAt: number): Reached => ({
  id,
  foundAt,
  announced,
  instance,
});

/** Finding who is connected. */
export interface PeerDirectory {
  /** The newest connection of a member, read consistently; undefined when it has none at `now` (epoch ms). */
  find(member: Member, now: number): Promise<Presence | undefined>;
}

/** Finding who else is in a channel. */
export interface ChannelMembers {
  /** Everybody who is in the channel at `now` (epoch ms), read consistently. */
  members(channel: string, now: number): Promise<readonly (Presence & { readonly name: string })[]>;
}

/** Entering who is connected. */
export interface PeerRegistry {
  /**
   * Makes this connection the one of its member unless a newer one is there. `connectedAt` is epoch ms.
   * `superseded` is the connection that had the name.
   */
  register(
    identity: ConnectedIdentity,
    connectionId: string,
    connectedAt: number,
  ): Promise<
    | { readonly kind: "registered"; readonly superseded: Presence | undefined }
    | { readonly kind: "newer_exists" }
  >;
}

/** Removing who is no longer connected. */
export interface PeerRemoval {
  /** Removes the member's row if it is still this connection's. `kept` when it is not. */
  remove(member: Member, connectionId: string): Promise<"removed" | "kept">;
}

/**
 * Seconds between keepalives. A sweep a minute finds each within 9.5 minutes of the last, before API Gateway's
 * idle timeout of 10
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
 */
export const keepaliveInterval = 8 * 60 + 30;
/** Seconds: API Gateway ends a connection after two hours; ten minutes later its row is litter. */
export const rowLifetime = 2 * 60 * 60 + 10 * 60;

const keyAttributes = ({ channel, name }: Member) => ({ channel: text(channel), clientId: text(name) });

const isPresent = ({ expiresAt }: { readonly expiresAt: number }, now: number): boolean =>
  expiresAt * 1000 > now;

export const dynamoPeerDirectory = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): PeerDirectory => ({
  find: async (member, now) => {
    const command = new GetItemCommand({
      TableName: table,
      Key: keyAttributes(member),
      ConsistentRead: true,
    });
    const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    if (!Item) return undefined;
    const found = readRow("peers", presence, Item);
    return isPresent(found, now) ? found : undefined;
  },
});

const namedPresence = v.object({ ...presence.entries, clientId: readText });

export const dynamoChannelMembers = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): ChannelMembers => ({
  members: async (channel, now) => {
    const found: (Presence & { readonly name: string })[] = [];
    let start: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const command = new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: "channel = :channel",
        ExpressionAttributeValues: { ":channel": text(channel) },
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await resilient((abortSignal) => client.send(command, { abortSignal }));
      for (const item of page.Items ?? []) {
        const { clientId: name, ...member } = readRow("peers", namedPresence, item);
        if (isPresent(member, now)) found.push({ ...member, name });
      }
      start = page.LastEvaluatedKey;
    } while (start);
    return found;
  },
});

export const dynamoPeerRegistry = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): PeerRegistry => ({
  register: async (identity, connectionId, connectedAt) => {
    const member = { channel: channelKey(identity), name: memberName(identity) };
    const connectedSecond = Math.floor(connectedAt / 1000);
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        ...keyAttributes(member),
        connectionId: text(connectionId),
        subject: text(identity.subject),
        ...(identity.paid && { user: text(userOf(identity)) }),
        role: text(identity.role),
        announced: flag(identity.announced),
        instance: text(identity.instance),
        connectedAt: number(connectedAt),
        keepaliveAt: number(connectedSecond + keepaliveInterval),
        shard: number(shardOf(keyOfMember(member))),
        expiresAt: number(connectedSecond + rowLifetime),
        v: number(2),
      },
      ConditionExpression: "attribute_not_exists(connectionId) OR connectedAt <= :connectedAt",
      ExpressionAttributeValues: { ":connectedAt": number(connectedAt) },
      ReturnValues: "ALL_OLD",
    });
    try {
      const { Attributes } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      const previous = Attributes && readRow("peers", presence, Attributes);
      return {
        kind: "registered",
        superseded: previous?.connectionId === connectionId ? undefined : previous,
      };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { kind: "newer_exists" };
      throw error;
    }
  },
});

export const dynamoPeerRemoval = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): PeerRemoval => ({
  remove: async (member, connectionId) => {
    const command = new DeleteItemCommand({
      TableName: table,
      Key: keyAttributes(member),
      ConditionExpression: "connectionId = :connectionId",
      ExpressionAttributeValues: { ":connectionId": text(connectionId) },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
      return "removed";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "kept";
      throw error;
    }
  },
});
