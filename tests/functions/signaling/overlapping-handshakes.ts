import type fc from "fast-check";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";
import { connectEvent, connectionWorld } from "./connection-world.ts";
import { limits, peer } from "./identities.ts";

/** Epoch milliseconds at which the first of them may come. */
export const at = 1_800_000_000_000;

export const guest = (name: string, peersPerChannel: number): ConnectedIdentity => ({
  ...peer,
  clientId: name,
  limits: { ...limits, peersPerChannel },
});

export interface Coming {
  readonly name: string;
  /** Milliseconds after the first may come, of the handshake and of its first call. */
  readonly connectedAt: number;
  readonly starts: number;
}

/**
 * Handshakes that overlap, each of whose calls takes effect when the scheduler says so, and takes a millisecond. Those
 * who wait go on when their time has come.
 */
export async function playHandshakes(
  scheduler: fc.Scheduler,
  { places, inside, coming }: { places: number; inside: readonly string[]; coming: readonly Coming[] },
) {
  let now = at;
  const waiting: { readonly until: number; readonly go: () => void }[] = [];
  const wait = (milliseconds: number) =>
    new Promise<void>((go) => waiting.push({ until: now + milliseconds, go }));
  const { handle, peers, recorded } = connectionWorld({
    present: inside.map((name) => [guest(name, places), `old-${name}`, at - 60_000]),
    now: () => now,
    before: async (call, id) => {
      if (call === "wait") return wait(Number(id));
      await scheduler.schedule(Promise.resolve(), `${call} ${id}`);
      now += 1;
    },
  });
  const statuses = new Map<string, number>();
  let open = coming.length;
  for (const [number, { name, connectedAt, starts }] of coming.entries()) {
    const id = `new-${number}-${name}`;
    void wait(starts)
      .then(() => handle(connectEvent(guest(name, places), id, at + connectedAt)))
      .then(({ statusCode }) => statuses.set(id, statusCode))
      .finally(() => {
        open -= 1;
      });
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  for (await settle(); open > 0; await settle()) {
    waiting.sort((one, other) => one.until - other.until);
    const [next] = waiting;
    if (next && (next.until <= now || scheduler.count() === 0)) {
      now = Math.max(now, next.until);
      waiting.shift();
      next.go();
    } else if (scheduler.count() > 0) {
      await scheduler.waitOne();
    } else throw new Error("nobody has anything to do, and a handshake is not over");
  }
  return { statuses, peers, took: now - at, lines: recorded.lines() };
}
