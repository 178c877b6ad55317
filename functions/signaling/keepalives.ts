import * as v from "valibot";
import { number, readFlag, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from "../shared/aws/dynamodb.ts";
import type { Resilient } from "../shared/resilience.ts";
import { type Role, role } from "./identity.ts";
import { keyAttributes, type Member } from "./peers.ts";

export interface DueKeepalive {
  readonly member: Member;
  readonly connectionId: string;
  readonly role: Role;
  readonly announced: boolean;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  /** `tenant#subject` of one who pays. */
  readonly user?: string;
  /** Epoch milliseconds: when its client said last that it is alive, if ever, and when it was asked last. */
  readonly aliveAt?: number;
  readonly askedAt?: number;
}

/** Milliseconds by which an answer may seem to be older than its question, by two machines' clocks. */
const skew = 10_000;

/**
 * Whether the last keepalive found an answer. `undefined` of a client that never said that it is alive, and of one that
 * was not asked since its last answer was looked at.
 */
export const hasAnswered = ({ aliveAt, askedAt }: Pick<DueKeepalive, "aliveAt" | "askedAt">) =>
  aliveAt === undefined || askedAt === undefined ? undefined : aliveAt >= askedAt - skew;

/** Whose keepalive is due, and when the next one is. */
export interface Keepalives {
  /** The due ones of one shard at `now` (epoch seconds), page by page. */
  due(shard: number, now: number): AsyncIterable<readonly DueKeepalive[]>;
  /**
   * Sets the next time (epoch seconds), and when the client was asked (epoch ms) if it owes an answer, if the row is
   * still this connection's.
   */
  renew(due: DueKeepalive, nextAt: number, askedAt?: number): Promise<void>;
  /**
   * The client of this connection is alive at `now` (epoch ms). That does not put off its keepalive, by which its access
   * is looked at too. `not_current` when another has the name.
   */
  answered(member: Member, connectionId: string, now: number): Promise<"answered" | "not_current">;
}

const row = v.object({
  channel: readText,
  clientId: readText,
  connectionId: readText,
  role: v.pipe(readText, role),
  announced: readFlag,
  connectedAt: readNumber,
  user: v.exactOptional(readText),
  aliveAt: v.exactOptional(readNumber),
  askedAt: v.exactOptional(readNumber),
});

export const dynamoKeepalives = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): Keepalives => ({
  async *due(shard, now) {
    let start: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const command = new QueryCommand({
        TableName: table,
        IndexName: "keepalive",
        KeyConditionExpression: "#shard = :shard AND keepaliveAt <= :now",
        ExpressionAttributeNames: { "#shard": "shard" },
        ExpressionAttributeValues: { ":shard": number(shard), ":now": number(now) },
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await resilient((abortSignal) => client.send(command, { abortSignal }));
      yield (page.Items ?? []).map((item) => {
        const { channel, clientId: name, ...rest } = readRow("peers", row, item);
        return { member: { channel, name }, ...rest };
      });
      start = page.LastEvaluatedKey;
    } while (start);
  },

  renew: async ({ member, connectionId }, nextAt, askedAt) => {
    const asked = askedAt === undefined ? " REMOVE askedAt" : ", askedAt = :askedAt";
    const command = new UpdateItemCommand({
      TableName: table,
      Key: keyAttributes(member),
      UpdateExpression: `SET keepaliveAt = :nextAt${asked}`,
      ConditionExpression: "connectionId = :connectionId",
      ExpressionAttributeValues: {
        ":nextAt": number(nextAt),
        ...(askedAt !== undefined && { ":askedAt": number(askedAt) }),
        ":connectionId": text(connectionId),
      },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
    } catch (error) {
      // A newer connection has the name: it has a keepalive of its own.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },

  answered: async (member, connectionId, now) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: keyAttributes(member),
      UpdateExpression: "SET aliveAt = :now",
      ConditionExpression: "connectionId = :connectionId",
      ExpressionAttributeValues: {
        ":now": number(now),
        ":connectionId": text(connectionId),
      },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
      return "answered";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "not_current";
      throw error;
    }
  },
});
