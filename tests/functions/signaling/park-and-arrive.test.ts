import { describe, expect, test } from "@jest/globals";
import { answerOf, candidateOf, offerOf } from "./frames-to-send.ts";
import { master } from "./identities.ts";
import { orderWorld, start } from "./order-world.ts";

type Actor = "relay" | "arrival";

/** Every way in which the steps of two invocations can interleave: who takes each step. */
function interleavings(relays: number, arrivals: number): readonly (readonly Actor[])[] {
  if (relays === 0) return [Array<Actor>(arrivals).fill("arrival")];
  if (arrivals === 0) return [Array<Actor>(relays).fill("relay")];
  return [
    ...interleavings(relays - 1, arrivals).map((rest): Actor[] => ["relay", ...rest]),
    ...interleavings(relays, arrivals - 1).map((rest): Actor[] => ["arrival", ...rest]),
  ];
}

const steps: Readonly<Record<Actor, readonly string[]>> = {
  relay: ["read", "find", "write", "append", "post", "posted"],
  arrival: ["register", "look for what waits"],
};

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets two invocations take their steps in turn; what is left at the end runs on. */
function puppeteer() {
  const waiting: Readonly<Record<Actor, (() => void)[]>> = { relay: [], arrival: [] };
  const taken: Record<Actor, number> = { relay: 0, arrival: 0 };
  let pulling = false;
  return {
    taken,
    /** To be awaited before each step. */
    turn: (what: string): Promise<void> => {
      const actor = (["relay", "arrival"] as const).find((one) => steps[one].includes(what));
      if (!pulling || !actor) return Promise.resolve();
      return new Promise((resolve) => waiting[actor].push(resolve));
    },
    begin: () => {
      pulling = true;
    },
    async pull(order: readonly Actor[]): Promise<void> {
      for (const actor of order) {
        await settle();
        const go = waiting[actor].shift();
        if (go) taken[actor] += 1;
        go?.();
      }
      await settle();
      pulling = false;
      for (const go of [...waiting.relay, ...waiting.arrival]) go();
    },
  };
}

const minuteLater = start + 60_000;

interface Race {
  readonly frame: object;
  /** True when the master's old connection is still there, and takes one frame more. */
  readonly refreshes?: boolean;
  /** What the viewer has sent before, and the master has got. */
  readonly before?: object;
}

/** A frame is relayed while the master connects; then the worker does what is left to do. */
async function race({ frame, refreshes = false, before }: Race, order: readonly Actor[]) {
  const strings = puppeteer();
  const world = orderWorld({ turn: strings.turn });
  if (before) await world.instance()(before, "before", start);
  world.received.splice(0);
  world.posting.set("m1", refreshes ? ["delivered", "gone", "gone"] : "gone");
  if (!refreshes) world.absent(master);
  world.now = minuteLater;
  strings.begin();
  const sent = world.instance()(frame, "f1", minuteLater);
  const connected = world.connect(master, "m2", minuteLater);
  await strings.pull(order);
  const code = await sent;
  expect(await connected).toEqual({ statusCode: 200 });
  await world.passTime(minuteLater + 4_000);
  const got = world.received
    .filter(({ connectionId, frameId }) => connectionId === "m2" && frameId)
    .map(({ frameId }) => frameId);
  return { world, code, got, taken: strings.taken };
}

describe("a frame for an absent master, and that master's arrival, each looking after it has written", () => {
  test.each([
    { steps: 4, ways: 15, what: "first", before: undefined },
    { steps: 5, ways: 21, what: "second", before: offerOf("bbbb") },
  ])(
    "the $what offer arrives once, in each of the $ways ways in which the steps interleave",
    async ({ steps, ways, before }) => {
      const orders = interleavings(steps, 2);
      expect(orders).toHaveLength(ways);
      for (const order of orders) {
        const { code, got, world } = await race({ frame: offerOf("aaaa"), ...(before && { before }) }, order);
        expect({ order, code, got }).toEqual({
          order,
          code: expect.stringMatching(/^(delivered|queued)$/),
          got: ["f1"],
        });
        expect(world.waiting()).toEqual([]);
      }
    },
  );

  test("when it comes last, the relay's four steps are those that were meant", async () => {
    const { code, taken } = await race({ frame: offerOf("aaaa") }, [
      ...Array<Actor>(4).fill("relay"),
      ...Array<Actor>(2).fill("arrival"),
    ]);
    expect(code).toBe("queued");
    expect(taken).toEqual({ relay: 4, arrival: 2 });
  });

  test("the candidate of an answer arrives once, in each of 15 ways", async () => {
    const orders = interleavings(4, 2);
    expect(orders).toHaveLength(15);
    for (const order of orders) {
      const { code, got } = await race({ before: answerOf("aaaa"), frame: candidateOf("aaaa") }, order);
      expect({ order, code, got }).toEqual({
        order,
        code: expect.stringMatching(/^(delivered|queued)$/),
        got: ["f1"],
      });
    }
  });
});

test("an offer in flight reaches the new page of a master that refreshes, in each of 21 ways", async () => {
  const orders = interleavings(5, 2);
  expect(orders).toHaveLength(21);
  for (const order of orders) {
    const { got } = await race({ frame: offerOf("aaaa"), refreshes: true }, order);
    expect({ order, got }).toEqual({ order, got: ["f1"] });
  }
});
