import * as v from "valibot";
import { traceIdPattern } from "./tracing/trace-header.ts";

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const milliseconds = v.pipe(
  v.number(),
  v.finite(),
  v.transform((value) => Math.round(value * 100) / 100),
);
/** Shorter than a proof (43 characters), so that none fits. */
const awsId = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9=+/_-]{1,40}$/));
const traceId = v.pipe(v.string(), v.regex(traceIdPattern));
const code = v.pipe(v.string(), v.regex(/^[a-z]+(_[a-z0-9]+){0,6}$/), v.maxLength(40));

export const functionNames = [
  "authorize",
  "peer-connection",
  "relay",
  "topics",
  "deliver",
  "sweep",
  "revoke",
  "issue-proof",
  "webhook",
  "project-subscription",
  "review-customers",
  "reconcile",
  "create-subscription",
  "show-subscription",
  "change-subscription",
  "open-portal",
  "list-plans",
] as const;

const relayActions = ["SDP_OFFER", "SDP_ANSWER", "ICE_CANDIDATE", "ACK"] as const;
const topicActions = ["SUBSCRIBE", "UNSUBSCRIBE", "PUBLISH"] as const;
const frameActions = [...relayActions, ...topicActions] as const;

/**
 * All that a log line may say. Strict: SDP, ICE candidates, tokens, proofs and e-mail addresses have no
 * field, and no field's pattern admits one. What people choose (channel, client ids, subject,
 * correlation id) appears as a pseudonym.
 */
export const logFields = v.strictObject({
  event: v.picklist([
    "authorize",
    "connect",
    "disconnect",
    "alive",
    "frame",
    "delivery",
    "sweep",
    "revocation",
    "proof",
    "webhook",
    "projection",
    "review",
    "reconciliation",
    "subscription",
    "show",
    "change",
    "portal",
    "plans",
  ]),
  /** How it ended. `refused` is the caller's fault, `failed` is ours. */
  outcome: v.picklist([
    "allowed",
    "connected",
    "disconnected",
    "delivered",
    "queued",
    "subscribed",
    "unsubscribed",
    "published",
    "retried",
    "served",
    "swept",
    "revoked",
    "issued",
    "ignored",
    "projected",
    "superseded",
    "reviewed",
    "reconciled",
    "created",
    "changed",
    "replayed",
    "listed",
    "refused",
    "failed",
  ]),
  /** The exact cause, from the closed list of the function. */
  code: v.optional(code),
  requestId: v.optional(awsId),
  /** X-Ray's: of the invocation, and of the one in which began what a message asks for. */
  traceId: v.optional(traceId),
  originTraceId: v.optional(traceId),
  connectionId: v.optional(awsId),
  /** The connection that lost its name to this one. */
  supersededConnectionId: v.optional(awsId),
  frameId: v.optional(awsId),
  /** Shorter than any signed token; 43 characters, a proof's length, are left out. */
  tenant: v.optional(v.pipe(v.string(), v.regex(/^(?![\w-]{43}$)[a-zA-Z0-9_.-]{1,64}$/))),
  channel: v.optional(hash),
  subject: v.optional(hash),
  sender: v.optional(hash),
  recipient: v.optional(hash),
  correlation: v.optional(hash),
  role: v.optional(v.picklist(["MASTER", "VIEWER", "PEER"])),
  /** What the queue asked for. */
  kind: v.optional(v.picklist(["waiting", "posted", "arrival", "departure", "report"])),
  action: v.optional(v.picklist([...frameActions, "OTHER"])),
  topic: v.optional(hash),
  /** Of a published frame: subscribers that got it. */
  reached: v.optional(count),
  frameBytes: v.optional(count),
  receiveCount: v.optional(count),
  closeCode: v.optional(count),
  durationMs: v.optional(milliseconds),
  awsCalls: v.optional(count),
  coldStart: v.optional(v.boolean()),
  /** Stripe's: the event and its type. An event's id has 43 characters never, a proof always. */
  stripeEventId: v.optional(v.pipe(v.string(), v.regex(/^evt_(?![\w-]{39}$)[a-zA-Z0-9_]{1,80}$/))),
  stripeType: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9_.]{1,80}$/))),
  /** Of a projection: the number of its read of Stripe, and subscriptions whose status or plan changed. */
  fence: v.optional(count),
  transitions: v.optional(count),
  /** Of a projection: live subscriptions too many of a plan group, and those of them that were ended and given back. */
  duplicates: v.optional(count),
  duplicatesEnded: v.optional(count),
  /** Why a customer was read when no event was the cause. */
  cause: v.optional(v.picklist(["review", "reconcile"])),
  stripeCalls: v.optional(count),
  /** What a customer asked for. */
  change: v.optional(v.picklist(["cancel", "resume", "change"])),
  /** Frames that had waited, by what became of them. */
  released: v.optional(count),
  superseded: v.optional(count),
  expired: v.optional(count),
  ambiguous: v.optional(count),
  undeliverable: v.optional(count),
  /** Of one sweep, and the next two of a published frame too. */
  kept: v.optional(count),
  gone: v.optional(count),
  unreachable: v.optional(count),
  postponed: v.optional(count),
  timedOut: v.optional(count),
  overdue: v.optional(count),
  /** Expired ones that were removed. */
  proofs: v.optional(count),
  /** Peers whose user has no access any more; of a revocation, the sockets that it closed. */
  revoked: v.optional(count),
  /** Of a review or reconciliation: customers whose refresh was queued, and those for whom that failed. */
  queued: v.optional(count),
  unqueued: v.optional(count),
  /**
   * Of a reconciliation: undelivered events; customers compared, those who differ, those who are nobody's; and whether it
   * has come to the end of all subscriptions.
   */
  undelivered: v.optional(count),
  compared: v.optional(count),
  drifted: v.optional(count),
  unknown: v.optional(count),
  walkEnded: v.optional(v.boolean()),
  /** Of an error: its class, what it was caused by, and what IAM denied. */
  errorName: v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Za-z]{0,59}$/))),
  causeName: v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Za-z]{0,59}$/))),
  deniedAction: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]+:[A-Za-z]+$/), v.maxLength(80))),
  deniedResource: v.optional(v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:[\w:/@$*=+.-]{1,300}$/))),
});

export type LogFields = v.InferInput<typeof logFields>;

/** Apart, because every frame has its line: absent fields then cost nothing. */
const fieldSchemas = Object.entries<v.GenericSchema>(logFields.entries);

/** Keeps what the schema admits. The names of fields that it does not are listed, their values are gone. */
export function admitFields(fields: Readonly<Record<string, unknown>>): {
  readonly admitted: Readonly<Record<string, unknown>>;
  readonly dropped: readonly string[];
} {
  const admitted: Record<string, unknown> = {};
  const dropped: string[] = [];
  let known = 0;
  for (const [name, schema] of fieldSchemas) {
    const isGiven = Object.hasOwn(fields, name);
    if (isGiven) known += 1;
    else if (schema.type === "optional") continue;
    const result = v.safeParse(schema, isGiven ? fields[name] : undefined);
    if (!result.success) dropped.push(name);
    else if (result.output !== undefined) admitted[name] = result.output;
  }
  if (known < Object.keys(fields).length) dropped.push("unknown");
  return { admitted, dropped };
}

const denied = /is not authorized to perform: (\S+) on resource: (\S+)/;

/** What a line may say about an error: never its message or its properties. */
export function describeError(error: unknown): Partial<LogFields> {
  if (!(error instanceof Error)) return { code: "internal" };
  const { cause } = error;
  const failureCode = "code" in error && error.name === "Failure" ? String(error.code) : "internal";
  const [, deniedAction, deniedResource] = denied.exec(error.message) ?? [];
  return {
    code: failureCode,
    errorName: error.name,
    ...(cause instanceof Error && { causeName: cause.name }),
    ...(deniedAction && { deniedAction }),
    ...(deniedResource && { deniedResource }),
  };
}
