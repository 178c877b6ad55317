import type { Random } from "../../random.ts";
import type { Trouble } from "./wave.ts";
import type { World } from "./world.ts";

const functions = [
  "RelayServer",
  "RelayServer",
  "DeliveryWorker",
  "PeerConnectionHandler",
  "PeerSweeper",
] as const;

export interface Disturbances {
  /** Ends when the last one has ended, and answers how many instances were killed. */
  stop(): Promise<number>;
}

/**
 * Unless all is to be calm, from now on moves the clock by six seconds every five or so, which is past every
 * five-second promise and never past a function's timeout; in ambiguous trouble also ends busy instances
 * every four seconds or so.
 */
export function disturb(world: World, random: Random, trouble: Trouble): Disturbances {
  let stopped = false;
  let kills = 0;
  const every = async (from: number, to: number, act: () => Promise<void>): Promise<void> => {
    for (;;) {
      const wait = random.whole(from, to);
      if (await world.until(() => stopped, wait)) return;
      await act();
    }
  };
  const moveTime = () => world.system.clock.advance(6_000);
  const kill = async () => {
    const functionName = random.pick(functions);
    // Until it is in the middle of something.
    for (let tries = 0, killed = 0; tries < 40 && killed === 0 && !stopped; tries += 1) {
      // What dies may die before the answer comes.
      const asked = world.recorder.began();
      killed = await world.system.kill(functionName);
      if (killed > 0) world.recorder.killed(asked);
      else await world.pause(10);
      kills += killed;
    }
  };
  const running = [
    ...(trouble === "calm" ? [] : [every(4_000, 6_000, moveTime)]),
    ...(trouble === "ambiguous" ? [every(3_000, 5_000, kill)] : []),
  ];
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      return kills;
    },
  };
}
