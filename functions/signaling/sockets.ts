import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";
import { type Role, role } from "./identity.ts";
import { type Member, rowLifetime } from "./peers.ts";

/** A socket that a paid proof opened, and the member as whom it came. */
export interface Socket {
  /** `tenant#subject`. */
  readonly user: string;
  readonly connectionId: string;
  readonly member: Member;
  readonly role: Role;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
}

/**
 * The sockets of those who pay, by user: also those that lost their name to a newer one, which the peers table does
 * not know any more. Free sockets are not in it.
 */
export interface Sockets {
  /** Durable when it resolves: whoever asks later finds it. */
  enter(socket: Socket): Promise<void>;
  leave(socket: Pick<Socket, "user" | "connectionId">): Promise<void>;
  /** Read consistently, page by page. Some may have closed since. */
  of(user: string): AsyncIterable<readonly Socket[]>;
}

const row = v.object({
  connectionId: readText,
  channel: readText,
  name: readText,
  role: v.pipe(readText, role),
  connectedAt: readNumber,
});

export const dynamoSockets = (client: DynamoDBClient, table: string, resilient: Resilient): Sockets => ({
  enter: async ({ user, connectionId, member, role, connectedAt }) => {
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        user: text(user),
        connectionId: text(connectionId),
        channel: text(member.channel),
        name: text(member.name),
        role: text(role),
        connectedAt: number(connectedAt),
        expiresAt: number(Math.floor(connectedAt / 1000) + rowLifetime),
        v: number(1),
      },
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },

  leave: async ({ user, connectionId }) => {
    const command = new DeleteItemCommand({
      TableName: table,
      Key: { user: text(user), connectionId: text(connectionId) },
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },

  async *of(user) {
    let start: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const command = new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: "#user = :user",
        ExpressionAttributeNames: { "#user": "user" },
        ExpressionAttributeValues: { ":user": text(user) },
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await resilient((abortSignal) => client.send(command, { abortSignal }));
      yield (page.Items ?? []).map((item) => {
        const { channel, name, ...rest } = readRow("sockets", row, item);
        return { user, member: { channel, name }, ...rest };
      });
      start = page.LastEvaluatedKey;
    } while (start);
  },
});
