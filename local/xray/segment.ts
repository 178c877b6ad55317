import * as v from "valibot";
import { recordOf } from "../record-of.ts";

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
const traceId = v.pipe(v.string(), v.regex(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/));
const seconds = v.pipe(v.number(), v.minValue(0));
const flag = v.optional(v.boolean());

/** What a segment and a subsegment have in common. */
const members = {
  id,
  name: v.pipe(v.string(), v.regex(/^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]{1,200}$/u)),
  start_time: seconds,
  end_time: seconds,
  namespace: v.optional(v.picklist(["aws", "remote"])),
  error: flag,
  throttle: flag,
  fault: flag,
  aws: v.optional(recordOf(v.string(), v.unknown())),
  http: v.optional(
    v.object({
      request: v.optional(v.object({ method: v.optional(v.string()), url: v.optional(v.string()) })),
      response: v.optional(v.object({ status: v.optional(v.number()) })),
    }),
  ),
  cause: v.optional(v.object({ exceptions: v.array(v.object({ id, type: v.optional(v.string()) })) })),
  annotations: v.optional(
    recordOf(v.pipe(v.string(), v.regex(/^\w{1,500}$/)), v.union([v.string(), v.number(), v.boolean()])),
  ),
};

export interface Subsegment extends v.InferOutput<v.ObjectSchema<typeof members, undefined>> {
  readonly subsegments?: readonly Subsegment[] | undefined;
}

export interface Segment extends Subsegment {
  readonly trace_id: string;
  readonly parent_id?: string | undefined;
  /** Absent of what stands by itself. */
  readonly type?: "subsegment" | undefined;
  /** The service that made it, such as `AWS::Lambda::Function`. */
  readonly origin?: string | undefined;
}

const subsegment: v.GenericSchema<unknown, Subsegment> = v.object({
  ...members,
  subsegments: v.optional(v.array(v.lazy(() => subsegment))),
});

/** A document that comes by itself: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
export const segmentDocument: v.GenericSchema<unknown, Segment> = v.object({
  ...members,
  trace_id: traceId,
  parent_id: v.optional(id),
  type: v.optional(v.literal("subsegment")),
  subsegments: v.optional(v.array(subsegment)),
});
