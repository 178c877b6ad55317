import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "../../shared/aws/dynamodb.ts";
import type { Resilient } from "../../shared/resilience.ts";

/**
 * One row of one user. Of a plan group (`group#…`): who is creating a subscription in it, and what came of the last
 * time. Of an idempotency key (`key#…`): what it was first sent with, and what came of it.
 */
export interface Attempt {
  /** Digest of what was asked for. */
  readonly request: string;
  /** What Stripe's idempotency keys are made of. It stays until its outcome is certain. */
  readonly attempt: string;
  /** Epoch milliseconds until which its holder may work; 0 when nobody does. */
  readonly leaseUntil: number;
  /** What it made at Stripe, `checkout:<session>` or `in_app:<subscription>`; empty so far. */
  readonly outcome: string;
  readonly version: number;
}

export interface AttemptLedger {
  /** Read consistently; a row that has expired is none, though its version still counts. */
  read(user: string, name: string): Promise<Attempt | undefined>;
  /** Writes if the row still has the version that was read; `undefined`: no row. */
  write(
    user: string,
    name: string,
    attempt: Omit<Attempt, "version">,
    read: Attempt | undefined,
  ): Promise<Attempt | "conflict">;
}

/** Seconds that a row is kept, and a key means the same: as long as Stripe keeps a key. */
const kept = 24 * 60 * 60;

const row = v.object({
  request: readText,
  attempt: readText,
  leaseUntil: readNumber,
  outcome: readText,
  version: readNumber,
  expiresAt: readNumber,
});

/** `now` is epoch milliseconds. */
export const dynamoAttemptLedger = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
  now: () => number,
): AttemptLedger => ({
  read: async (user, name) => {
    const command = new GetItemCommand({
      TableName: table,
      Key: { user: text(user), name: text(name) },
      ConsistentRead: true,
    });
    const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    if (!Item) return undefined;
    const { expiresAt, ...attempt } = readRow("attempts", row, Item);
    if (expiresAt > now() / 1_000) return attempt;
    return { request: "", attempt: "", leaseUntil: 0, outcome: "", version: attempt.version };
  },

  write: async (user, name, attempt, read) => {
    const version = (read?.version ?? 0) + 1;
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { user: text(user), name: text(name) },
      UpdateExpression:
        "SET #request = :request, #attempt = :attempt, #leaseUntil = :leaseUntil, #outcome = :outcome, #version = :version, #expiresAt = :expiresAt, #v = :v",
      ConditionExpression: read ? "#version = :read" : "attribute_not_exists(#version)",
      ExpressionAttributeNames: Object.fromEntries(
        ["request", "attempt", "leaseUntil", "outcome", "version", "expiresAt", "v"].map((key) => [
          `#${key}`,
          key,
        ]),
      ),
      ExpressionAttributeValues: {
        ":request": text(attempt.request),
        ":attempt": text(attempt.attempt),
        ":leaseUntil": number(attempt.leaseUntil),
        ":outcome": text(attempt.outcome),
        ":version": number(version),
        ":expiresAt": number(Math.ceil(now() / 1_000) + kept),
        ":v": number(1),
        ...(read && { ":read": number(read.version) }),
      },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
      return { ...attempt, version };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "conflict";
      throw error;
    }
  },
});
