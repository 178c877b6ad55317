import * as v from "valibot";

/** SDPs that are remembered, the latest last. A client that renegotiates faster than it resends has more. */
const remembered = 8;

/**
 * SDPs of a pair that are not the newest of their kind any more, and what became of those that were posted. A client can
 * send one again: of two sent in one millisecond the one that it takes for the newer may be here (`orderOf`).
 */
export const overtakenSdps = v.array(
  v.object({ frameId: v.string(), posted: v.optional(v.picklist(["delivered", "unknown"])) }),
);

export type OvertakenSdps = v.InferOutput<typeof overtakenSdps>;
type Overtaken = OvertakenSdps[number];

/** With one more. One that is there stays as it is, unless it was posted since. */
export function withOvertaken(
  before: OvertakenSdps | undefined,
  frameId: string,
  posted?: Overtaken["posted"],
): OvertakenSdps {
  const known = overtakenSdp(before, frameId);
  if (before && known && (known.posted || !posted)) return before;
  const others = (before ?? []).filter((one) => one !== known);
  return [...others, { frameId, ...(posted && { posted }) }].slice(-remembered);
}

/** What it has of that frame. */
export const overtakenSdp = (sdps: OvertakenSdps | undefined, frameId: string): Overtaken | undefined =>
  sdps?.find((one) => one.frameId === frameId);
