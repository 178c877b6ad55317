import * as v from "valibot";
import { flag, number, readFlag, readNumber, readRow, readText, text } from "../shared/attribute-values.ts";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "../shared/aws/dynamodb.ts";
import { sha256 } from "../shared/digest.ts";
import { planLimits } from "../shared/plan-limits.ts";
import type { Resilient } from "../shared/resilience.ts";
import { type Identity, type Role, role } from "./identity.ts";

/** A proof is 32 random bytes as base64url. */
export const proofPattern = /^[A-Za-z0-9_-]{43}$/;

export interface Redemption {
  readonly proof: string;
  readonly connectionId: string;
  /** Epoch seconds. */
  readonly now: number;
  /** The client id that the query claims, empty for a master; undefined when it claims nothing. */
  readonly claimedClientId: string | undefined;
}

export type Redeemed =
  | { readonly kind: "redeemed"; readonly identity: Identity }
  | { readonly kind: "unknown" | "expired" | "used" }
  /** The proof is good but not for the claimed client id; it stays unused. */
  | { readonly kind: "mismatch"; readonly role: Role };

/** Where a proof is used up. */
export interface ProofRedemption {
  /** One conditional write: succeeds once, and again for the same connection only. */
  redeem(redemption: Redemption): Promise<Redeemed>;
}

/** Where a proof is made known. */
export interface ProofIssue {
  /** Stores the proof's hash, never the proof. `expiresAt` is epoch seconds. */
  issue(proof: string, identity: Identity, expiresAt: number): Promise<void>;
}

const row = v.object({
  tenant: readText,
  channel: readText,
  role: v.pipe(readText, role),
  clientId: readText,
  subject: readText,
  limits: v.pipe(readText, v.pipe(v.string(), v.parseJson(), planLimits)),
  paid: v.optional(readFlag),
  expiresAt: readNumber,
  usedBy: v.optional(readText),
});

export const dynamoProofRedemption = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): ProofRedemption => ({
  redeem: async ({ proof, connectionId, now, claimedClientId }) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { proofHash: text(sha256(proof)) },
      UpdateExpression: "SET usedBy = :connectionId",
      ConditionExpression: [
        "attribute_exists(proofHash) AND expiresAt > :now",
        "AND (attribute_not_exists(usedBy) OR usedBy = :connectionId)",
        ...(claimedClientId === undefined ? [] : ["AND clientId = :clientId"]),
      ].join(" "),
      ExpressionAttributeValues: {
        ":connectionId": text(connectionId),
        ":now": number(now),
        ...(claimedClientId !== undefined && { ":clientId": text(claimedClientId) }),
      },
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      const { Attributes } = await resilient((abortSignal) => client.send(command, { abortSignal }));
      const { expiresAt: _, usedBy: __, paid, ...identity } = readRow("proofs", row, Attributes);
      return { kind: "redeemed", identity: { ...identity, ...(paid && { paid }) } };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return whyRefused(error.Item, connectionId, now);
    }
  },
});

function whyRefused(item: unknown, connectionId: string, now: number): Redeemed {
  if (item === undefined) return { kind: "unknown" };
  const proof = readRow("proofs", row, item);
  if (proof.expiresAt <= now) return { kind: "expired" };
  if (proof.usedBy !== undefined && proof.usedBy !== connectionId) return { kind: "used" };
  return { kind: "mismatch", role: proof.role };
}

export const dynamoProofIssue = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
): ProofIssue => ({
  issue: async (proof, identity, expiresAt) => {
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        proofHash: text(sha256(proof)),
        tenant: text(identity.tenant),
        channel: text(identity.channel),
        role: text(identity.role),
        clientId: text(identity.clientId),
        subject: text(identity.subject),
        limits: text(JSON.stringify(identity.limits)),
        ...(identity.paid && { paid: flag(true) }),
        expiresAt: number(expiresAt),
        v: number(2),
      },
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});
