import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";
import { limits } from "./identities.ts";
import { type Queued, revocationWorld, type Turn } from "./revocation-world.ts";

const paid = {
  tenant: "acme",
  channel: "lobby",
  role: "PEER",
  limits,
  announced: false,
  instance: "",
} as const;
const adas = ["ada", "phone"].map(
  (clientId): ConnectedIdentity => ({ ...paid, subject: "ada", clientId, paid: true }),
);
const bob: ConnectedIdentity = { ...paid, subject: "bob", clientId: "bob", paid: true };

const event = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("connect" as const),
      which: fc.nat(1),
      /** The call before which the function dies; beyond the last: it does not. */
      dies: fc.nat(30),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("end" as const, "grant" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sweep" as const), dies: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hang up" as const), which: fc.nat(7) }) },
);

type Event = typeof event extends fc.Arbitrary<infer One> ? One : never;

const script = fc.record({
  acts: fc.array(fc.array(event, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
  /** At which call the worker dies at its first receives. */
  deaths: fc.array(fc.nat(20), { maxLength: 3 }),
  /** Which messages are lost. */
  lost: fc.array(fc.boolean(), { maxLength: 3 }),
});

type Script = typeof script extends fc.Arbitrary<infer One> ? One : never;

/** Plays a script, its steps interleaved by the scheduler, then receives until the queue is empty. */
async function play(scheduler: fc.Scheduler, { acts, deaths, lost }: Script) {
  const world = revocationWorld();
  const dying = [...deaths];
  const losing = [...lost];
  const handshakes = new Set<Promise<void>>();
  let scheduling = true;
  const turn =
    (dies = Number.POSITIVE_INFINITY): Turn =>
    async (what) => {
      if (scheduling) await scheduler.schedule(Promise.resolve(), what);
      if (dies-- <= 0) throw new Error("the function died");
    };
  let connected = 0;
  const ids: [ConnectedIdentity, string][] = [];
  let version = 0;

  const receive = async (queued: Queued): Promise<void> => {
    if (await world.receive(queued, turn(scheduling ? dying.shift() : undefined))) return;
    const { receives } = queued;
    // A handshake ends within the eight seconds of its function, long before a message has waited for ten.
    await Promise.all(handshakes);
    world.world.now += Math.min(2 ** receives, 8) * 1000;
    if (receives >= 7) throw new Error("a message became a dead letter");
    await receive({ ...queued, receives: receives + 1 });
  };
  const drain = async (): Promise<void> => {
    for (let next = world.queue.shift(); next; next = world.queue.shift()) {
      if (!(scheduling && losing.shift())) await receive(next);
    }
  };
  const begin = async (one: Event): Promise<void> => {
    switch (one.kind) {
      case "connect": {
        const identity = adas[one.which] ?? bob;
        const id = `a${++connected}`;
        ids.push([identity, id]);
        const handshake = world.handshake(identity, id, turn(one.dies));
        handshakes.add(handshake);
        await handshake;
        return void handshakes.delete(handshake);
      }
      case "end":
        await turn()("row");
        if (world.setAccess("acme#ada", "none") === "unchanged") return;
        await turn()("message");
        world.queue.push({ message: { user: "acme#ada", version: ++version, cause: "evt_1" }, receives: 0 });
        return drain();
      case "grant":
        await turn()("row");
        return void world.setAccess("acme#ada", "entitled");
      case "sweep":
        await world.sweep(turn(one.dies));
        return drain();
      default: {
        const [identity, id] = ids[one.which] ?? [];
        const connection = id === undefined ? undefined : world.connections.get(id);
        if (!identity || id === undefined || connection?.state !== "open") return;
        connection.state = "closed";
        return void (await world.disconnect(identity, id, turn()));
      }
    }
  };

  world.setAccess("acme#ada", "entitled");
  world.setAccess("acme#bob", "entitled");
  await world.handshake(bob, "b", async () => {});
  for (const act of acts) {
    const running = Promise.all(act.map(begin));
    await scheduler.waitFor(running);
    world.world.now += 1_000;
  }
  scheduling = false;
  await drain();
  return { world, turn, drain, losses: lost.length - losing.length };
}

test("no socket of a user without access survives, however it all interleaves, and no other socket ends", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      script.map((one) => ({ ...one, lost: [] })),
      async (scheduler, one) => {
        const { world } = await play(scheduler, { ...one, acts: [...one.acts, [{ kind: "end" }]] });
        expect(world.openOf("acme#ada")).toEqual([]);
        expect(world.openOf("acme#bob")).toEqual(["b"]);
        expect(world.holderOf(bob)).toBe("b");
        expect(world.sockets.has("b")).toBe(true);
      },
    ),
    { numRuns: 1_500 },
  );
});

test("where every message was lost, the sweeper ends the sockets that have a name", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), script, async (scheduler, one) => {
      const lost = one.lost.map(() => true);
      const { world, turn, drain } = await play(scheduler, {
        ...one,
        lost,
        acts: [...one.acts, [{ kind: "end" }]],
      });
      world.world.now += 10_000;
      await world.sweep(turn());
      await drain();
      expect(adas.map((identity) => world.holderOf(identity))).toEqual([undefined, undefined]);
      expect(world.openOf("acme#bob")).toEqual(["b"]);
    }),
    { numRuns: 300 },
  );
});

test("a socket is told why before it is closed, and others are told that it was revoked", async () => {
  const world = revocationWorld();
  world.setAccess("acme#ada", "entitled");
  const [ada = bob] = adas;
  const plain: Turn = async () => {};
  await world.handshake(ada, "a", plain);
  world.setAccess("acme#ada", "none");
  expect(
    await world.receive({ message: { user: "acme#ada", version: 1, cause: "evt_1" }, receives: 0 }, plain),
  ).toBe(true);
  expect(world.connections.get("a")).toEqual({
    state: "closed",
    told: ['{"messageType":"REVOKED","reason":"canceled"}'],
  });
  expect(world.departures.at(-1)).toMatchObject({ kind: "departure", name: "ada", cause: "revoked" });
});
