import type { OpenGates } from "./open-gates.ts";
import type { Passage } from "./reach.ts";
import { isSequenced, type WaitingFrame } from "./waiting-frame.ts";

export interface GiveWayPorts {
  /** Of this instance. */
  readonly openGates: OpenGates;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/**
 * Milliseconds after API Gateway has received a host candidate. A browser sends it right behind its SDP, which reaches
 * its recipient in three to seven on the local cloud (bench/README.md, `setup`) and opens the gate with one call more.
 */
const headStart = 8;

/**
 * Lets the SDP go first that a host candidate comes right behind. One that looks at the pair's row earlier finds the
 * gate closed, is left there, and passes no sooner: in three calls instead of two and one more for all that were left,
 * just when the SDP needs the table. Other candidates come when a server has answered, and numbered frames have an
 * order of their own, so they do not wait; nor does one whose gate this instance knows to be open.
 */
export async function giveWay(
  { openGates, now, wait }: GiveWayPorts,
  { pair }: Passage,
  frame: WaitingFrame,
): Promise<void> {
  const time = now();
  if (isSequenced(frame) || openGates.find(pair, frame.ufrags[0], time)) return;
  const left = frame.sentAt + headStart - time;
  // Two clocks: of a frame that comes from the future, or from long ago, no more is known than that.
  if (left > 0) await wait(Math.min(left, headStart));
}
