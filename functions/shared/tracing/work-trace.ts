import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { classify } from "../transient-errors.ts";
import { daemonAt, type SendSegment } from "./daemon.ts";
import { readTraceHeader, type TraceHeader } from "./trace-header.ts";

export interface TracingPorts {
  /** The header of the invocation that runs now, as Lambda gives it. */
  readonly header: () => string | undefined;
  /** 16 hexadecimal digits. */
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly send: SendSegment;
}

/** The trace of one piece of work: of an invocation, or of one message of a batch. */
export interface WorkTrace {
  /** The invocation's. */
  readonly own: TraceHeader;
  /** Of whoever sent the message that caused the work. */
  readonly origin: TraceHeader | undefined;
  /** The work's own segment. */
  readonly id: string;
  readonly startedAt: number;
  readonly calls: object[];
  /** Calls past the longest list. */
  omitted: number;
  readonly ports: TracingPorts;
}

/** One call of another service. */
export interface TracedCall<Result> {
  /** As X-Ray's map shows it. */
  readonly name: string;
  readonly namespace: "aws" | "remote";
  /** The members `aws` or `http` of the segment, once it has ended. Never what was sent or received. */
  readonly detail: (result: Result | undefined, error: unknown) => object;
}

let epoch = 0;

/** Epoch milliseconds, finer than `Date.now`, which they follow where it jumps. */
function preciseNow(): number {
  const elapsed = performance.now();
  const seen = Date.now() - elapsed;
  if (Math.abs(seen - epoch) > 20) epoch = seen;
  return epoch + elapsed;
}

/** What a deployed function uses. */
export const processTracing: TracingPorts = {
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
  header: () => process.env._X_AMZN_TRACE_ID,
  newId: () => randomBytes(8).toString("hex"),
  now: preciseNow,
  send: daemonAt(process.env.AWS_XRAY_DAEMON_ADDRESS),
};

/** A document of 64 KB is the longest that X-Ray takes; a call has about 400 bytes. */
const mostCalls = 100;

const current = new AsyncLocalStorage<WorkTrace>();

/** The trace that a piece of work begins; undefined where Lambda gives none. `sentWith` is a message's trace header. */
export function beginTrace(ports: TracingPorts, sentWith: string | undefined): WorkTrace | undefined {
  const own = readTraceHeader(ports.header());
  if (!own) return undefined;
  return {
    own,
    origin: readTraceHeader(sentWith),
    id: own.sampled ? ports.newId() : "",
    startedAt: own.sampled ? ports.now() : 0,
    calls: [],
    omitted: 0,
    ports,
  };
}

export const inTrace = <T>(trace: WorkTrace | undefined, work: () => T): T =>
  trace ? current.run(trace, work) : work();

/**
 * The header that a message is to carry: of the trace in which all began, so that the traces of whatever works for it
 * are linked to that one, and under the call that sends it. Undefined where SQS takes the invocation's own by itself.
 */
export function headerToPass(callId: string | undefined): TraceHeader | undefined {
  const trace = current.getStore();
  if (!trace) return undefined;
  const { own, origin } = trace;
  if (!origin && callId === undefined) return undefined;
  const parent = callId ?? origin?.parent;
  return { ...(origin ?? own), ...(parent !== undefined && { parent }) };
}

/**
 * Makes the call, and where the invocation is sampled notes it as a segment under the work, or under the invocation
 * outside of any work. `call` is told the segment's id. Costs one look at the invocation's header else.
 */
export async function traceCall<Result>(
  describe: () => TracedCall<Result>,
  call: (id: string | undefined) => Promise<Result>,
): Promise<Result> {
  const trace = current.getStore();
  const own = trace ? trace.own : readTraceHeader(processTracing.header());
  if (!own?.sampled) return call(undefined);
  const ports = trace?.ports ?? processTracing;
  const id = ports.newId();
  const startedAt = ports.now();
  let ended: { readonly result?: Result; readonly error?: unknown } = {};
  try {
    const result = await call(id);
    ended = { result };
    return result;
  } catch (error) {
    ended = { error };
    throw error;
  } finally {
    const { name, namespace, detail } = describe();
    const segment = {
      ...{ id, name, namespace, start_time: seconds(startedAt), end_time: seconds(ports.now()) },
      ...detail(ended.result, ended.error),
      ...("error" in ended && faultOf(ended.error, ports.newId())),
    };
    if (!trace) await ports.send(JSON.stringify(underInvocation(own, segment)));
    else if (trace.calls.length < mostCalls) trace.calls.push(segment);
    else trace.omitted += 1;
  }
}

/** Sends the work's segment, if it is sampled, with all its calls. The annotations are searchable in X-Ray. */
export async function endTrace(
  { own, origin, id, startedAt, calls, omitted, ports }: WorkTrace,
  name: string,
  annotations: Readonly<Record<string, string | number | boolean>>,
  ended: "well" | "refused" | "failed",
): Promise<void> {
  if (!own.sampled) return;
  const segment = {
    ...{ id, name, start_time: seconds(startedAt), end_time: seconds(ports.now()) },
    annotations: {
      ...annotations,
      ...(origin && { origin: origin.root, ...(origin.parent !== undefined && { sentBy: origin.parent }) }),
      ...(omitted > 0 && { callsOmitted: omitted }),
    },
    ...(ended === "refused" && { error: true }),
    ...(ended === "failed" && { fault: true }),
    ...(calls.length > 0 && { subsegments: calls }),
  };
  await ports.send(JSON.stringify(underInvocation(own, segment)));
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments */
const underInvocation = (own: TraceHeader, segment: object): object => ({
  ...{ type: "subsegment", trace_id: own.root },
  ...(own.parent !== undefined && { parent_id: own.parent }),
  ...segment,
});

const seconds = (milliseconds: number): number => Math.round(milliseconds * 1_000) / 1_000_000;

/** An error's class says enough, and its message too much. */
function faultOf(error: unknown, id: string): object {
  const is = classify(error);
  const type = error instanceof Error ? error.name : "unknown";
  return {
    ...(is === "failing" ? { fault: true } : { error: true }),
    ...(is === "throttled" && { throttle: true }),
    cause: { exceptions: [{ id, type }] },
  };
}
