import * as v from "valibot";

const dayMs = 24 * 60 * 60 * 1_000;
/** It becomes part of a header and of a JSON `__type`. */
const errorName = v.pipe(v.string(), v.regex(/^[A-Za-z][\w.]{0,127}$/, "expected the name of an AWS error"));
const errorStatus = v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599));

/**
 * One rule: which calls it concerns, how often it fires, and what such a call meets. `operation` is the
 * name of the API action (`GetItem`, `SendMessage`, `PostToConnection`, `Invoke`). `match` is text that
 * the request must contain. `error` is the answer; `drop` cuts the connection without one. With `after`
 * the call takes effect first: its answer is lost, or replaced by `error`, or late by `latencyMs`.
 */
export const faultRule = v.pipe(
  v.strictObject({
    service: v.picklist(["execute-api", "dynamodb", "sqs", "secretsmanager", "lambda"]),
    operation: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z]{1,64}$/, "expected an API action"))),
    match: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(512))),
    probability: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    times: v.exactOptional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER)),
    ),
    error: v.exactOptional(v.strictObject({ name: errorName, status: errorStatus })),
    latencyMs: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(dayMs))),
    drop: v.exactOptional(v.literal(true)),
    after: v.exactOptional(v.literal(true)),
  }),
  v.check(
    ({ error, latencyMs, drop, after }) => Boolean(error ?? latencyMs ?? drop ?? after),
    "a rule needs error, latencyMs, drop or after",
  ),
  v.check(({ error, drop }) => !(error && drop), "a call that is dropped has no answer: error or drop"),
);

export type FaultRule = v.InferOutput<typeof faultRule>;

/** A call as the rules see it. */
export interface Call {
  readonly service: FaultRule["service"];
  readonly operation: string;
  /** Text in which `match` is looked for. */
  readonly text: () => string;
}
