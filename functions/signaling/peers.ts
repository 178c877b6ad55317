import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import { sha256 } from "../shared/digest.ts";
import type { Resilient } from "../shared/resilience.ts";
import { channelKey, type Identity, memberName } from "./identity.ts";

/** A member of a channel: the channel's key and the member's name. */
export interface Member {
  readonly channel: string;
  readonly name: string;
}

/** Finding who is connected. */
export interface PeerDirectory {
  /** The newest connection of a member, read consistently; undefined when it has none at `now` (epoch ms). */
  find(member: Member, now: number): Promise<string | undefined>;
}

/** Entering who is connected. */
export interface PeerRegistry {
  /**
   * Makes this connection the one of its member unless a newer one is there. `connectedAt` is epoch ms.
   * `superseded` is the connection that had the name.
   */
  register(
    identity: Identity,
    connectionId: string,
    connectedAt: number,
  ): Promise<
    | { readonly kind: "registered"; readonly superseded: string | undefined }
    | { readonly kind: "newer_exists" }
  >;
}

/** Removing who is no longer connected. */
export interface PeerRemoval {
  /** Removes the member's row if it is still this connection's. `kept` when it is not. */
  remove(member: Member, connectionId: string): Promise<"removed" | "kept">;
}

/**
 * Seconds between keepalives. A sweep a minute finds each within 9.5 minutes of the last, before API
 * Gateway's idle timeout of 10
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
 */
export const keepaliveInterval = 8 * 60 + 30;
/** API Gateway ends a connection after two hours; ten minutes later its row is litter. */
const rowLifetime = 2 * 60 * 60 + 10 * 60;
/** Partitions of the keepalive index, so that no single one takes every write. */
export const shards = 8;

const memberKey = ({ channel, name }: Member) => ({ channel: text(channel), clientId: text(name) });

export const dynamoPeerDirectory = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): PeerDirectory => ({
  find: async (member, now) => {
    const command = new GetItemCommand({
      TableName: table,
      Key: memberKey(member),
      ConsistentRead: true,
      ProjectionExpression: "connectionId, expiresAt",
    });
    const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    if (!Item) return undefined;
    const { connectionId, expiresAt } = readRow("peers", presence, Item);
    return expiresAt * 1000 > now ? connectionId : undefined;
  },
});

const presence = v.object({ connectionId: readText, expiresAt: readNumber });

export const dynamoPeerRegistry = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): PeerRegistry => ({
  register: async (identity, connectionId, connectedAt) => {
    const member = { channel: channelKey(identity.tenant, identity.channel), name: memberName(identity) };
    const connectedSecond = Math.floor(connectedAt / 1000);
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        ...memberKey(member),
        connectionId: text(connectionId),
        subject: text(identity.subject),
        role: text(identity.role),
        connectedAt: number(connectedAt),
        keepaliveAt: number(connectedSecond + keepaliveInterval),
        shard: number(shardOf(member)),
        expiresAt: number(connectedSecond + rowLifetime),
        v: number(1),
      },
      ConditionExpression: "attribute_not_exists(connectionId) OR connectedAt <= :connectedAt",
      ExpressionAttributeValues: { ":connectedAt": number(connectedAt) },
      ReturnValues: "ALL_OLD",
    });
    try {
      const { Attributes } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      const previous = Attributes && readRow("peers", v.object({ connectionId: readText }), Attributes);
      const superseded = previous?.connectionId === connectionId ? undefined : previous?.connectionId;
      return { kind: "registered", superseded };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { kind: "newer_exists" };
      throw error;
    }
  },
});

/** Which partition of the keepalive index a member is in, 0 to 7. */
export const shardOf = ({ channel, name }: Member): number =>
  Number.parseInt(sha256(`${channel}#${name}`).slice(0, 2), 16) % shards;

export const dynamoPeerRemoval = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): PeerRemoval => ({
  remove: async (member, connectionId) => {
    const command = new DeleteItemCommand({
      TableName: table,
      Key: memberKey(member),
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
