import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { keyOfMember, type Member } from "../../../functions/signaling/peers.ts";
import { tellArrival, tellDeparture } from "../../../functions/signaling/tell-presence.ts";
import { connectEvent, connectionWorld, disconnectEvent } from "./connection-world.ts";
import { announced, peer } from "./identities.ts";
import { memoryPeers } from "./memory-peers.ts";

const at = 1_800_000_000_000;
const watcher = { ...peer, clientId: "watcher" };
const bob = (instance: string) => announced({ ...peer, clientId: "bob" }, instance);

interface Life {
  /** Of the running client: a connection of the same one resumes. */
  readonly instance: string;
  readonly ends: boolean;
  /** When it begins, in places of the order in which the connections were opened. */
  readonly overlaps: boolean;
}

/**
 * Connections of bob, one after the other, some of which begin before the one before has ended, each of whose calls takes
 * effect when the scheduler says so, as the worker's do. What the watcher heard of bob, in order, and whether he is there.
 */
async function play(scheduler: fc.Scheduler, lives: readonly Life[]) {
  const turn = (what: string) => scheduler.schedule(Promise.resolve(), what);
  const world = connectionWorld({
    present: [[watcher, "w", at - 60_000]],
    now: () => at,
    before: async (call, id) => turn(`${call} ${id}`),
  });
  const heard: string[] = [];
  const ports = {
    members: {
      members: async (channel: string, now: number) => {
        await turn("worker looks");
        const { peers, rows } = memoryPeers();
        for (const [key, row] of world.peers) rows.set(key, row);
        return peers.members(channel, now);
      },
    },
    removal: {
      remove: async (member: Member, connectionId: string) => {
        await turn("worker removes");
        const key = keyOfMember(member);
        if (world.peers.get(key)?.connectionId !== connectionId) return "kept" as const;
        world.peers.delete(key);
        return "removed" as const;
      },
    },
    connections: {
      post: async (connectionId: string, frame: string) => {
        const { event, members = [] } = JSON.parse(frame);
        if (connectionId === "w") heard.push(...members.map(() => event));
        return "delivered" as const;
      },
    },
    now: () => at + 20_000,
  };
  let over = false;
  const work = async () => {
    for (let done = 0; !over || done < world.sent.length; ) {
      const message = world.sent[done];
      if (!message) await turn("worker waits");
      else {
        done += 1;
        if (message.kind === "arrival") await tellArrival(ports, message);
        if (message.kind === "departure") await tellDeparture(ports, message);
      }
    }
  };
  const live = async () => {
    const ends: Promise<unknown>[] = [];
    for (const [number, { instance, ends: isOver, overlaps }] of lives.entries()) {
      if (!overlaps) await Promise.all(ends);
      const id = `bob-${number}`;
      await world.handle(connectEvent(bob(instance), id, at + number));
      if (isOver) ends.push(world.handle(disconnectEvent(bob(instance), id, at + number)));
    }
    await Promise.all(ends);
    over = true;
  };
  await scheduler.waitFor(Promise.all([live(), work()]));
  return { heard, isThere: world.peers.has("acme#lobby#bob") };
}

const lives = fc.array(
  fc.record({ instance: fc.constantFrom("tab-1", "tab-2"), ends: fc.boolean(), overlaps: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

test("whatever comes late, the last that others hear of a member is whether it is there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), lives, async (scheduler, given) => {
      const { heard, isThere } = await play(scheduler, given);
      expect([heard.at(-1), isThere]).toEqual(isThere ? ["joined", true] : ["left", false]);
    }),
    { numRuns: 300 },
  );
});
