import type { Clock, Timer } from "../clock.ts";

const minute = 60_000;

/**
 * Does the work every minute of the clock, one at a time: a minute that passes meanwhile has the work
 * done once more. While time is moved and has more than three hours to go, every hour instead. The work
 * takes no time of the clock. `stop` ends it and resolves when work under way has ended.
 */
export function everyMinute(clock: Clock, work: () => Promise<void>): { stop(): Promise<void> } {
  let timer: Timer;
  let stopped = false;
  let again = false;
  let underWay: Promise<void> | undefined;

  const turns = async () => {
    do {
      again = false;
      await work();
    } while (again && !stopped);
    underWay = undefined;
  };
  const tick = () => {
    const isFar = clock.target() - clock.now() > 3 * 60 * minute;
    timer = clock.setTimeout(tick, isFar ? 60 * minute : minute);
    if (underWay) {
      again = true;
    } else {
      underWay = turns();
      clock.hold(underWay);
    }
  };
  timer = clock.setTimeout(tick, minute);

  return {
    async stop() {
      stopped = true;
      timer.cancel();
      await underWay;
    },
  };
}
