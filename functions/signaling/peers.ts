import * as v from "valibot";
import { readFlag, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";
import { role } from "./identity.ts";

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

export const presence = v.object({
  connectionId: readText,
  role: v.pipe(readText, role),
  connectedAt: readNumber,
  announced: readFlag,
  instance: readText,
  expiresAt: readNumber,
  placeSince: v.exactOptional(readNumber),
  user: v.exactOptional(readText),
});

/**
 * What a row says of a connection. Times are epoch milliseconds: `placeSince` is when the member got its place in the
 * channel, which the connections that follow it inherit.
 */
export type Presence = Omit<v.InferOutput<typeof presence>, "expiresAt">;

/** Rows of the release before have no such time. */
export const placeSinceOf = ({ placeSince, connectedAt }: Presence): number => placeSince ?? connectedAt;

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

export const keyAttributes = ({ channel, name }: Member) => ({
  channel: text(channel),
  clientId: text(name),
});

export const isPresent = ({ expiresAt }: { readonly expiresAt: number }, now: number): boolean =>
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
