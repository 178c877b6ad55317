import * as v from "valibot";
import { AwsError } from "../../aws-error.ts";
import type { Endpoint } from "../../endpoint/endpoint.ts";
import type { Principal } from "../../iam/iam.ts";
import { type ReceivedMessage, receiveMessageResult } from "./sqs-event.ts";

const getQueueAttributesResult = v.object({
  Attributes: v.object({ VisibilityTimeout: v.pipe(v.string(), v.digits(), v.transform(Number)) }),
});
const deleteMessageBatchResult = v.object({ Failed: v.nullish(v.array(v.object({ Id: v.string() }))) });

/** A queue as Lambda's poller uses it: with the role that the function has now. */
export class MappedQueue {
  readonly #call: Endpoint["call"];
  readonly #role: () => string;
  readonly #url: string;

  constructor(call: Endpoint["call"], role: () => string, queueArn: string, endpointUrl: string) {
    const [, , , , accountId, name] = queueArn.split(":");
    this.#call = call;
    this.#role = role;
    this.#url = `${endpointUrl}/${accountId}/${name}`;
  }

  /** Seconds that a received message stays hidden. */
  async visibilityTimeout(): Promise<number> {
    const answer = await this.#send("GetQueueAttributes", { AttributeNames: ["VisibilityTimeout"] });
    return v.parse(getQueueAttributesResult, answer).Attributes.VisibilityTimeout;
  }

  async receive(maximum: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    const answer = await this.#send("ReceiveMessage", {
      MaxNumberOfMessages: maximum,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return v.parse(receiveMessageResult, answer).Messages ?? [];
  }

  /** Returns how many could not be deleted; they come again. */
  async delete(messages: readonly ReceivedMessage[]): Promise<number> {
    const answer = await this.#send("DeleteMessageBatch", {
      Entries: messages.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle })),
    });
    return v.parse(deleteMessageBatchResult, answer).Failed?.length ?? 0;
  }

  /** Throws as CreateEventSourceMapping does when the role lacks one of the three grants. */
  async checkAccess(): Promise<void> {
    await this.#check("GetQueueAttributes", { AttributeNames: ["QueueArn"] });
    // An empty batch is authorized, then refused: it deletes nothing.
    await this.#check("DeleteMessage", { Entries: [] }, "DeleteMessageBatch");
  }

  async #check(action: string, request: object, operation = action): Promise<void> {
    try {
      await this.#send(operation, request);
    } catch (error) {
      throwIfDenied(error, action);
      if (operation === action) throw error;
    }
  }

  async #send(operation: string, request: object): Promise<unknown> {
    const principal: Principal = { kind: "role", arn: this.#role() };
    return this.#call(principal, "sqs", operation, { QueueUrl: this.#url, ...request });
  }
}

/** Throws InvalidParameterValueException, in Lambda's words, when `error` is a refusal of the role. */
export function throwIfDenied(error: unknown, action: string): void {
  if (!(error instanceof AwsError) || !error.code.startsWith("AccessDenied")) return;
  const denied = new AwsError(
    "InvalidParameterValueException",
    400,
    `The function execution role does not have permissions to call ${action} on SQS`,
    { Type: "User" },
  );
  denied.cause = error;
  throw denied;
}
