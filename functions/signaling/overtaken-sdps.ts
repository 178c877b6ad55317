import * as v from "valibot";

/** SDPs that are remembered, the latest last. A client that renegotiates faster than it resends has more. */
const remembered = 8;

/**
 * SDPs of a pair that are not the newest of their kind any more, and whether each was posted. A client can send one
 * again: of two sent in one millisecond the one that it takes for the newer may be here (`orderOf`).
 */
export const overtakenSdps = v.array(v.object({ frameId: v.string(), posted: v.boolean() }));

export type OvertakenSdps = v.InferOutput<typeof overtakenSdps>;

/** With one more. One that is there stays as it is, unless it was posted since. */
export function withOvertaken(
  before: OvertakenSdps | undefined,
  frameId: string,
  posted: boolean,
): OvertakenSdps {
  const known = before?.find((one) => one.frameId === frameId);
  if (before && known && (known.posted || !posted)) return before;
  const others = (before ?? []).filter((one) => one !== known);
  return [...others, { frameId, posted }].slice(-remembered);
}

/** What it has of that frame. */
export const overtakenSdp = (
  sdps: OvertakenSdps | undefined,
  frameId: string,
): OvertakenSdps[number] | undefined => sdps?.find((one) => one.frameId === frameId);
