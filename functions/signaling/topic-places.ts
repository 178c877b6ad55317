import { number, text } from "../shared/attribute-values.ts";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from "../shared/aws/dynamodb.ts";
import { pseudonym } from "../shared/digest.ts";
import type { Resilient } from "../shared/resilience.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { topicsPerConnection } from "./topic-frame.ts";

/**
 * The places of a connection, as one row with the digits of the topics that have taken them. It is kept under the
 * channel's own key, which has one `#` less than any topic's.
 */
export function dynamoTopicPlaces(
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): Pick<Subscriptions, "takePlace" | "freePlace"> {
  const keyOf = (channel: string, connectionId: string) => ({
    topic: text(channel),
    connectionId: text(connectionId),
  });
  const place = (topic: string): Record<string, AttributeValue> => ({ ":place": { SS: [pseudonym(topic)] } });
  const unlessRefused = async (update: UpdateItemCommand): Promise<boolean> => {
    try {
      await resilient((abortSignal) => client.send(update, { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  return {
    takePlace: async ({ channel, connectionId, endsAt }, topic) => {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(channel, connectionId),
        UpdateExpression: "ADD places :place SET expiresAt = :endsAt, v = :v",
        ConditionExpression:
          "attribute_not_exists(places) OR size(places) < :most OR contains(places, :name)",
        ExpressionAttributeValues: {
          ...place(topic),
          ":name": text(pseudonym(topic)),
          ":most": number(topicsPerConnection),
          ":endsAt": number(endsAt),
          ":v": number(2),
        },
      });
      return (await unlessRefused(update)) ? "taken" : "full";
    },
    freePlace: async ({ channel, connectionId }, topic) => {
      await unlessRefused(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(channel, connectionId),
          UpdateExpression: "DELETE places :place",
          ConditionExpression: "attribute_exists(places)",
          ExpressionAttributeValues: place(topic),
        }),
      );
    },
  };
}
