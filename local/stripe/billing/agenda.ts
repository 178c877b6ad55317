import type { Clock, Timer } from "../../clock.ts";

export interface Agenda {
  /** Does `work` at a moment in epoch seconds, of a test clock or of the fake's own; replaces what `key` had. */
  set(
    key: string,
    moment: { readonly testClock: string | null; readonly at: number },
    work: () => void,
  ): void;
  clear(key: string): void;
  /** Takes the earliest work of a test clock that is due by then off the agenda. */
  next(testClock: string, until: number): { readonly at: number; readonly work: () => void } | undefined;
  stop(): void;
}

interface Entry {
  readonly testClock: string | null;
  readonly at: number;
  readonly work: () => void;
  readonly timer?: Timer;
}

/** `run` does work of the fake's own clock. */
export function createAgenda(
  clock: Pick<Clock, "now" | "setTimeout">,
  run: (work: () => void) => void,
): Agenda {
  const entries = new Map<string, Entry>();

  const clear = (key: string) => {
    entries.get(key)?.timer?.cancel();
    entries.delete(key);
  };

  return {
    set(key, { testClock, at }, work) {
      clear(key);
      if (testClock !== null) {
        entries.set(key, { testClock, at, work });
        return;
      }
      const fire = () => {
        entries.delete(key);
        run(work);
      };
      entries.set(key, { testClock, at, work, timer: clock.setTimeout(fire, at * 1_000 - clock.now()) });
    },
    clear,
    next(testClock, until) {
      let earliest: [string, Entry] | undefined;
      for (const [key, entry] of entries) {
        if (entry.testClock !== testClock || entry.at > until) continue;
        if (!earliest || entry.at < earliest[1].at) earliest = [key, entry];
      }
      if (!earliest) return undefined;
      const [key, { at, work }] = earliest;
      entries.delete(key);
      return { at, work };
    },
    stop() {
      for (const key of [...entries.keys()]) clear(key);
    },
  };
}
