/**
 * Milliseconds between tries in one invocation: 0.7 seconds in all. The queue waits in whole seconds, which is long for
 * what mostly ends in milliseconds. Chosen, not measured: how long API Gateway takes to complete a handshake once
 * `$connect` has returned is documented nowhere.
 */
export const shortPauses = [25, 75, 200, 400];

/** A handshake that is being completed, and a post by another invocation. */
const momentary: ReadonlySet<string> = new Set(["not_open_yet", "sdp_in_flight"]);

export interface MomentPorts {
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/**
 * Does something until it has no obstacle, or one that a moment does not end, after those pauses at most. `attempt`
 * gets the number of its try, from 0, and resolves with its obstacle. Resolves with the last one's. There is no other
 * try once `mayGoOn` says false.
 */
export async function withinAMoment<Obstacle extends string>(
  { pause }: MomentPorts,
  mayGoOn: () => boolean,
  attempt: (round: number) => Promise<Obstacle | undefined>,
): Promise<Obstacle | undefined> {
  let obstacle = await attempt(0);
  for (const [before, milliseconds] of shortPauses.entries()) {
    if (obstacle === undefined || !momentary.has(obstacle) || !mayGoOn()) break;
    await pause(milliseconds);
    if (!mayGoOn()) break;
    obstacle = await attempt(before + 1);
  }
  return obstacle;
}
