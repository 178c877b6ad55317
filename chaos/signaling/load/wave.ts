import type { Random } from "../../random.ts";
import type { Ledger } from "../ledger.ts";
import { disturb } from "./disturbances.ts";
import { ambiguousFaults, definiteFaults } from "./faults.ts";
import { Recorder } from "./recorder.ts";
import { Room } from "./room.ts";
import type { System } from "./system.ts";
import type { World } from "./world.ts";

/** `calm`: nothing fails. `definite`: only calls that certainly had no effect. `ambiguous`: kills, too. */
export type Trouble = "calm" | "definite" | "ambiguous";

export interface WaveOptions {
  /** Unique in the run. */
  readonly name: string;
  readonly random: Random;
  readonly negotiations: number;
  readonly trouble: Trouble;
  /** The connections are old when the negotiations begin, so that announced clients get GO_AWAY. */
  readonly old: boolean;
  readonly newId: (prefix: string) => string;
  readonly isOver: () => boolean;
}

export interface WaveResult {
  readonly ledger: Ledger;
  /** How often rules fired, by service. */
  readonly fired: Readonly<Record<string, number>>;
  readonly kills: number;
}

const faults = { calm: [], definite: definiteFaults, ambiguous: ambiguousFaults };

/** Few at first: every instance has yet to start. */
const roomsAtOnce = { calm: 2, definite: 6, ambiguous: 6 } as const;
const mostNegotiationsARoom = 16;

/** Opens rooms, has them negotiate while calls fail, heals everything, and waits until all has come that will. */
export async function runWave(system: System, options: WaveOptions): Promise<WaveResult> {
  const { name, random, negotiations, trouble, old, newId, isOver } = options;
  const recorder = new Recorder(system.clock.now);
  const world: World = { system, recorder, random, acks: true, newId, pause, until, over: false };
  Object.defineProperty(world, "over", { get: isOver });
  const atOnce = roomsAtOnce[trouble];
  const aRoom = Math.min(mostNegotiationsARoom, Math.ceil(negotiations / atOnce));
  const rooms = Array.from({ length: Math.ceil(negotiations / aRoom) }, (_, index) => {
    // Two rooms of the same name, of two tenants: nothing may go from one to the other.
    const roomName = `${name}-${index}`;
    const channel = `${name}-${index >> 1}`;
    return new Room(world, random.part(roomName), roomName, index % 2 ? "north" : "south", channel);
  });
  try {
    await inTurn(atOnce, rooms, (room) => room.open());
    if (old) await growOld(system);
    await system.putFaults(faults[trouble], random.whole(0, 2 ** 40));
    const disturbances = disturb(world, random.part("disturbances"), trouble);
    let left = negotiations;
    const shares = rooms.map(() => {
      const share = Math.min(aRoom, left);
      left -= share;
      return share;
    });
    await inTurn(atOnce, rooms, (room, index) => room.negotiate(shares[index] ?? 0));
    const kills = await disturbances.stop();
    const fired = await system.endFaults();
    await settle(world, rooms);
    return { ledger: recorder.ledger(trouble === "ambiguous", system.messageTtlMs), fired, kills };
  } finally {
    for (const room of rooms) room.close();
  }
}

/** Lets 106 minutes pass, and the keepalives of that time. */
async function growOld({ clock }: System): Promise<void> {
  for (let minutes = 0; minutes < 106; minutes += 2) await clock.advance(2 * 60_000);
}

/** Past every retry, every expiry and the sweeps that report it. */
async function settle(world: World, rooms: readonly Room[]): Promise<void> {
  const { system, recorder } = world;
  await until(() => rooms.every(({ members }) => members.every(({ unanswered }) => unanswered === 0)), 4_000);
  await Promise.all(rooms.map((room) => room.reassemble()));
  const quiet = () => until(() => recorder.quietFor > 60, 1_500);
  const stepMs = 8_000;
  for (let passed = 0; passed < system.messageTtlMs + 3 * 60_000; passed += stepMs) {
    await quiet();
    await system.clock.advance(stepMs);
  }
  await until(() => recorder.quietFor > 400, 5_000);
}

/** So many at once, in order. */
async function inTurn<Item>(
  atOnce: number,
  items: readonly Item[],
  act: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await act(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(holds: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() >= deadline) return false;
    await pause(10);
  }
  return true;
}
