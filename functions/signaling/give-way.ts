import type { OpenGates } from "./open-gates.ts";
import type { Passage } from "./reach.ts";
import type { SdpPace } from "./sdp-pace.ts";
import { isSequenced, type WaitingFrame } from "./waiting-frame.ts";

export interface GiveWayPorts {
  /** Of this instance. */
  readonly openGates: OpenGates;
  readonly sdpPace: SdpPace;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/**
 * Lets the SDP go first that a host candidate comes right behind, for as long as SDPs lately took. One that looks at
 * the pair's row earlier finds the gate closed, is left there, and passes no sooner: in three calls instead of two and
 * one more for all that were left, just when the SDP needs the table. Other candidates come when a server has answered,
 * and numbered frames have an order of their own, so they do not wait; nor does one whose gate this instance knows to
 * be open.
 */
export async function giveWay(
  { openGates, sdpPace, now, wait }: GiveWayPorts,
  { pair }: Passage,
  frame: WaitingFrame,
): Promise<void> {
  const time = now();
  if (isSequenced(frame) || openGates.find(pair, frame.ufrags[0], time)) return;
  const { headStart } = sdpPace;
  const left = frame.sentAt + headStart - time;
  // Two clocks: of a frame that comes from the future, or from long ago, no more is known than that.
  if (left > 0 && headStart > 0) await wait(Math.min(left, headStart));
}
