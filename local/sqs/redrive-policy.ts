import * as v from "valibot";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const redrivePolicy = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    deadLetterTargetArn: v.string(),
    maxReceiveCount: v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
      v.integer(),
      v.minValue(1),
      v.maxValue(1000),
    ),
  }),
);

/** Source queues are listed, at most ten, exactly when the permission is `byQueue`. */
export const redriveAllowPolicy = v.pipe(
  v.string(),
  v.parseJson(),
  v.variant("redrivePermission", [
    v.strictObject({ redrivePermission: v.picklist(["allowAll", "denyAll"]) }),
    v.strictObject({
      redrivePermission: v.literal("byQueue"),
      sourceQueueArns: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(10)),
    }),
  ]),
);

export interface DeadLetterQueue {
  readonly fifo: boolean;
  /** Its RedriveAllowPolicy; absent: every queue of the account may use it. */
  readonly redriveAllowPolicy: string | undefined;
}

/**
 * Why a queue may not name this dead-letter queue, if so: it does not exist, is not of the same type
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html),
 * or does not allow this source queue.
 */
export function redriveRefusal(
  source: { readonly arn: string; readonly fifo: boolean },
  target: DeadLetterQueue | undefined,
): string | undefined {
  if (!target) return "Dead letter target does not exist.";
  if (target.fifo !== source.fifo) return "Dead-letter queue must be same type of queue as the source.";
  if (target.redriveAllowPolicy === undefined) return undefined;
  const allow = v.parse(redriveAllowPolicy, target.redriveAllowPolicy);
  const allowed =
    allow.redrivePermission === "allowAll" ||
    (allow.redrivePermission === "byQueue" && allow.sourceQueueArns.includes(source.arn));
  return allowed ? undefined : "The dead-letter queue's RedriveAllowPolicy does not allow this source queue.";
}
