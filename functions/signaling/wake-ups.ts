import * as v from "valibot";
import { SendMessageCommand, type SQSClient } from "../shared/aws/sqs.ts";
import { sha256 } from "../shared/digest.ts";
import type { Resilient } from "../shared/resilience.ts";
import { role } from "./identity.ts";
import { seenConnection } from "./pair-state.ts";
import { keyOfMember } from "./peers.ts";
import { fates } from "./settle.ts";
import { waitingFrame } from "./waiting-frame.ts";

/** Their `v`. */
export const wakeUpVersion = 2;
const member = { v: v.literal(wakeUpVersion), channel: v.string(), name: v.string() };
const epochMilliseconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Why somebody is no longer there. */
export const departureCauses = ["left", "gone", "timed_out", "superseded", "revoked"] as const;
export type DepartureCause = (typeof departureCauses)[number];

/** What the queue tells the worker. `channel` is a channel's key, `name` a member's. */
export const wakeUp = v.variant("kind", [
  /** Something waits for this member, or has waited too long. `sender` is of whom, if one is known. */
  v.strictObject({ ...member, kind: v.literal("waiting"), sender: v.optional(v.string()) }),
  /** These frames for the member came to their ends in an invocation of `holder` while the pairs table failed. */
  v.strictObject({
    ...member,
    kind: v.literal("posted"),
    sender: v.string(),
    holder: v.string(),
    settled: v.array(
      v.strictObject({ frame: waitingFrame, fate: v.picklist(fates), reached: v.optional(seenConnection) }),
    ),
  }),
  /** This connection of the member has come, in place of `superseded`. */
  v.strictObject({
    ...member,
    kind: v.literal("arrival"),
    role,
    connectionId: v.string(),
    connectedAt: epochMilliseconds,
    announced: v.boolean(),
    superseded: v.optional(
      v.strictObject({
        connectionId: v.string(),
        connectedAt: epochMilliseconds,
        announced: v.boolean(),
        /** The same client goes on. */
        resumed: v.boolean(),
      }),
    ),
  }),
  /** A connection of the member is no longer. */
  v.strictObject({
    ...member,
    kind: v.literal("departure"),
    role,
    connectedAt: epochMilliseconds,
    cause: v.picklist(departureCauses),
  }),
  /** The member is still to be told this: a frame of ours. */
  v.strictObject({ ...member, kind: v.literal("report"), frame: v.string() }),
]);

export type WakeUp = v.InferOutput<typeof wakeUp>;
export type PostedFrames = Extract<WakeUp, { kind: "posted" }>;
export type Arrival = Extract<WakeUp, { kind: "arrival" }>;
export type Departure = Extract<WakeUp, { kind: "departure" }>;

/** Where work for the worker is left. */
export interface WakeUps {
  /**
   * Durable when it resolves. What concerns one member keeps its order, but for `posted`, for which the others
   * wait; the same `id` is queued once.
   */
  send(message: WakeUp, id: string): Promise<void>;
}

/**
 * The FIFO queue. A group id is at most 128 characters and a client id up to 256, hence the hash
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
 */
export const sqsWakeUps = (client: SQSClient, queueUrl: string, resilient: Resilient): WakeUps => ({
  send: async (message, id) => {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(message),
      MessageGroupId: sha256(groupOf(message)),
      MessageDeduplicationId: sha256(`${message.kind}#${keyOfMember(message)}#${id}`),
    });
    await resilient((abortSignal) => client.send(command, { abortSignal }));
  },
});

/** What must keep its order. */
export const groupOf = (message: WakeUp): string =>
  message.kind === "posted"
    ? `posted#${keyOfMember(message)}#${message.sender}#${message.holder}`
    : keyOfMember(message);
