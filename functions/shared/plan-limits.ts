import * as v from "valibot";

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What a plan admits of a connection. Travels from the plan into the proof, and from there with every frame. */
export const planLimits = v.object({
  /** Bytes of UTF-8 of one frame. */
  maxFrameBytes: positive,
  /** Frames a second of one socket, in each instance that serves it. */
  framesPerSecond: positive,
  /** Members of one channel. */
  peersPerChannel: positive,
  /** Frames that may wait for one recipient. */
  mailboxDepth: positive,
  /** Seconds for which a frame waits. */
  messageTtlSeconds: v.pipe(positive, v.minValue(5), v.maxValue(120)),
});

export type PlanLimits = v.InferOutput<typeof planLimits>;
