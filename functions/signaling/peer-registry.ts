import type * as v from "valibot";
import { flag, number, readRow, text } from "../shared/attribute-values.ts";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from "../shared/aws/dynamodb.ts";
import { Failure } from "../shared/failure.ts";
import type { Resilient } from "../shared/resilience.ts";
import { shardOf } from "../shared/shard.ts";
import { type ConnectedIdentity, channelKey, memberName, userOf } from "./identity.ts";
import {
  dynamoPeerRemoval,
  isPresent,
  keepaliveInterval,
  keyAttributes,
  keyOfMember,
  type Member,
  type Presence,
  placeSinceOf,
  presence,
  rowLifetime,
} from "./peers.ts";

/** Entering who is connected. */
export interface PeerRegistry {
  /**
   * Makes this connection the one of its member unless a newer one is there. Times are epoch ms. `superseded` is the
   * connection that had the name and whose lease has not ended.
   */
  register(
    identity: ConnectedIdentity,
    connectionId: string,
    connectedAt: number,
    now: number,
  ): Promise<Registered>;
  /**
   * Takes it back: nobody has the name any more, or `superseded` has it again, and is looked at by the next sweep. Does
   * nothing once another connection has the name.
   */
  withdraw(
    identity: ConnectedIdentity,
    connectionId: string,
    superseded: Presence | undefined,
    now: number,
  ): Promise<void>;
}

export type Registered =
  | { readonly kind: "registered"; readonly superseded: Presence | undefined }
  | { readonly kind: "newer_exists" };

export const memberOf = (identity: ConnectedIdentity): Member => ({
  channel: channelKey(identity),
  name: memberName(identity),
});

/** The whole row. */
const rowOf = (
  member: Member,
  subject: string,
  { connectionId, role, connectedAt, announced, instance, user }: Presence,
  { placeSince, keepaliveAt }: { readonly placeSince: number; readonly keepaliveAt: number },
): Record<string, AttributeValue> => ({
  ...keyAttributes(member),
  connectionId: text(connectionId),
  subject: text(subject),
  ...(user !== undefined && { user: text(user) }),
  role: text(role),
  announced: flag(announced),
  instance: text(instance),
  connectedAt: number(connectedAt),
  placeSince: number(placeSince),
  keepaliveAt: number(keepaliveAt),
  shard: number(shardOf(keyOfMember(member))),
  expiresAt: number(Math.floor(connectedAt / 1000) + rowLifetime),
  v: number(2),
});

/** More connections of one name at once than anybody has. */
const mostTries = 10;

export const dynamoPeerRegistry = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): PeerRegistry => ({
  register: async (identity, connectionId, connectedAt, now) => {
    const member = memberOf(identity);
    const { role, announced, instance, paid } = identity;
    const user = paid && { user: userOf(identity) };
    const arriving = { connectionId, role, connectedAt, announced, instance, ...user };
    const keepaliveAt = Math.floor(connectedAt / 1000) + keepaliveInterval;
    // What follows another connection takes over its place, so it must be known before it is replaced.
    let there: v.InferOutput<typeof presence> | undefined;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const superseded = there && isPresent(there, now) ? there : undefined;
      const placeSince = superseded ? placeSinceOf(superseded) : now;
      const command = new PutItemCommand({
        TableName: table,
        Item: rowOf(member, identity.subject, arriving, { placeSince, keepaliveAt }),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ...(there
          ? {
              ConditionExpression: "attribute_not_exists(connectionId) OR connectionId = :there",
              ExpressionAttributeValues: { ":there": text(there.connectionId) },
            }
          : { ConditionExpression: "attribute_not_exists(connectionId)" }),
      });
      try {
        await resilient((abortSignal) => client.send(command, { abortSignal }));
        return { kind: "registered", superseded: withoutEnd(superseded) };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const found = readRow("peers", presence, error.Item);
        // Written before, and the answer was lost.
        if (found.connectionId === connectionId) {
          return { kind: "registered", superseded: withoutEnd(superseded) };
        }
        if (found.connectedAt > connectedAt && isPresent(found, now)) return { kind: "newer_exists" };
        there = found;
      }
    }
    throw new Failure("dynamodb_unavailable", "a name changes hands too often", { retryable: true });
  },

  withdraw: async (identity, connectionId, superseded, now) => {
    const member = memberOf(identity);
    if (superseded === undefined) {
      await dynamoPeerRemoval(client, table, resilient).remove(member, connectionId);
      return;
    }
    const command = new PutItemCommand({
      TableName: table,
      Item: rowOf(member, identity.subject, superseded, {
        placeSince: placeSinceOf(superseded),
        keepaliveAt: Math.floor(now / 1000),
      }),
      ConditionExpression: "connectionId = :refused",
      ExpressionAttributeValues: { ":refused": text(connectionId) },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});

function withoutEnd(found: v.InferOutput<typeof presence> | undefined): Presence | undefined {
  if (found === undefined) return undefined;
  const { expiresAt: _, ...superseded } = found;
  return superseded;
}
