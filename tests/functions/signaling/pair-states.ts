import { admitSdp, endLease, type PairState } from "../../../functions/signaling/pair-state.ts";
import { settle } from "../../../functions/signaling/settle.ts";
import { now, offerThatWaits } from "./waiting-frames.ts";

/** A master's connection, as a row remembers it. */
export const reached = { id: "m1", foundAt: now, announced: false, instance: "" };
/** Who admits SDPs below. */
export const by = { holder: "relay", now };

/** The state once an SDP may be posted, and when it was delivered. */
export const admitted = (before: PairState, sdp = offerThatWaits("o1")): PairState => {
  const result = admitSdp(before, [], sdp, by);
  if (result.kind !== "post") throw new Error(result.kind);
  return result.state;
};
export const delivered = (before: PairState, sdp = offerThatWaits("o1")): PairState =>
  endLease(settle(admitted(before, sdp), sdp, "delivered", reached), by.holder);
