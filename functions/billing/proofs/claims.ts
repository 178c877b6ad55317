import * as v from "valibot";
import { number, readNumber, readRow, readText, text } from "../../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "../../shared/aws/dynamodb.ts";
import type { Resilient } from "../../shared/resilience.ts";
import type { Holder } from "./authorize-channel.ts";

/** Who holds which name of which channel. */
export interface ClaimLedger {
  /** Read consistently. A lapsed holder is returned too: DynamoDB removes rows late. */
  holder(channel: string, name: string): Promise<Holder | undefined>;
  /** Writes the claim if the row still is what was read (`undefined`: no row). */
  take(claim: Holder, read: Holder | undefined): Promise<"taken" | "conflict">;
}

const row = v.object({ subject: readText, expiresAt: readNumber });

export const dynamoClaimLedger = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): ClaimLedger => ({
  holder: async (channel, name) => {
    const command = new GetItemCommand({
      TableName: table,
      Key: { channel: text(channel), name: text(name) },
      ConsistentRead: true,
    });
    const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    return Item && { channel, name, ...readRow("claims", row, Item) };
  },

  take: async ({ channel, name, subject, expiresAt }, read) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { channel: text(channel), name: text(name) },
      UpdateExpression: "SET #subject = :subject, #expiresAt = :expiresAt, #v = :v",
      ConditionExpression: read
        ? "#subject = :readSubject AND #expiresAt = :readExpiresAt"
        : "attribute_not_exists(#subject)",
      ExpressionAttributeNames: { "#subject": "subject", "#expiresAt": "expiresAt", "#v": "v" },
      ExpressionAttributeValues: {
        ":subject": text(subject),
        ":expiresAt": number(expiresAt),
        ":v": number(1),
        ...(read && { ":readSubject": text(read.subject), ":readExpiresAt": number(read.expiresAt) }),
      },
    });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
      return "taken";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "conflict";
      throw error;
    }
  },
});
