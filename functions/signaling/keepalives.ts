import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { number, readFlag, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import type { Resilient } from "../shared/resilience.ts";
import { type Role, role } from "./identity.ts";
import type { Member } from "./peers.ts";

export interface DueKeepalive {
  readonly member: Member;
  readonly connectionId: string;
  readonly role: Role;
  readonly announced: boolean;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  /** `tenant#subject` of one who pays. */
  readonly user?: string;
}

/** Whose keepalive is due, and when the next one is. Times are epoch seconds. */
export interface Keepalives {
  /** The due ones of one shard, page by page. */
  due(shard: number, now: number): AsyncIterable<readonly DueKeepalive[]>;
  /** Sets the next time if the row is still this connection's. */
  renew(due: DueKeepalive, nextAt: number): Promise<void>;
}

const row = v.object({
  channel: readText,
  clientId: readText,
  connectionId: readText,
  role: v.pipe(readText, role),
  announced: readFlag,
  connectedAt: readNumber,
  user: v.exactOptional(readText),
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

  renew: async ({ member, connectionId }, nextAt) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { channel: text(member.channel), clientId: text(member.name) },
      UpdateExpression: "SET keepaliveAt = :nextAt",
      ConditionExpression: "connectionId = :connectionId",
      ExpressionAttributeValues: { ":nextAt": number(nextAt), ":connectionId": text(connectionId) },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
    } catch (error) {
      // A newer connection has the name: it has a keepalive of its own.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },
});
