import { describe, expect, test } from "@jest/globals";
import { candidateOf, offer, offerOf, payloads } from "./frames-to-send.ts";
import { orderWorld, start } from "./order-world.ts";

const typed = (type: string) => candidateOf("aaaa", `candidate:1 1 udp 2 192.0.2.1 9 typ ${type}`);
const host = typed("host");

/** A world whose waits are noted, and in which `meanwhile` happens during the first. */
function waiting(meanwhile: (world: ReturnType<typeof orderWorld>) => Promise<unknown> = async () => {}) {
  const waits: number[] = [];
  const world = orderWorld({
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      if (waits.length === 1) await meanwhile(world);
    },
  });
  return { waits, world };
}

describe("a host candidate", () => {
  test("lets its offer go first, and then takes two calls", async () => {
    const { waits, world } = waiting((world) => world.instance()(offer, "o", start));
    world.now = start + 3;
    expect(await world.instance()(host, "c", start + 1)).toBe("delivered");
    expect(waits).toEqual([3]);
    expect(world.payloads()).toEqual(payloads(offer, host));
    expect(world.calls).toEqual(["write", "find", "post", "write", "read", "post"]);
  });

  test("is left in the row when its offer takes longer", async () => {
    const { waits, world } = waiting();
    expect(await world.instance()(host, "c", start)).toBe("queued");
    expect(waits).toEqual([5]);
    expect(await world.instance()(offer, "o", start - 1)).toBe("delivered");
    expect(world.payloads()).toEqual(payloads(offer, host));
  });

  test("does not wait where the gate is known to be open", async () => {
    const { waits, world } = waiting();
    const instance = world.instance();
    await instance(offer, "o", start);
    expect(await instance(host, "c", start)).toBe("delivered");
    expect(waits).toEqual([]);
  });

  test.each([
    ["gives them that long", 30, [30]],
    ["does not wait for what takes long", 200, []],
  ])("on an instance whose SDPs take longer %s", async (_, took, expected) => {
    const { waits, world } = waiting();
    const instance = world.instance();
    for (let index = 0; index < 30; index += 1) {
      expect(await instance(offerOf(`u${index}`), `o${index}`, world.now - took)).toBe("delivered");
      world.now += 1_000;
    }
    await instance(host, "c", world.now);
    expect(waits.map(Math.round)).toEqual(expected);
  });

  test.each([
    ["received 4 ms ago waits for one more", -4, [1]],
    ["received 5 ms ago does not wait", -5, []],
    ["received long ago does not wait", -3_600_000, []],
    ["received in the future waits for no more than 5 ms", 3_600_000, [5]],
  ])("that was %s", async (_, since, expected) => {
    const { waits, world } = waiting();
    await world.instance()(host, "c", start + since);
    expect(waits).toEqual(expected);
  });
});

test.each([
  ["a candidate of a server", typed("srflx raddr 10.0.0.1 rport 9")],
  ["a numbered host candidate", { ...host, seq: 1 }],
  ["an offer", offer],
])("%s does not wait", async (_, frame) => {
  const { waits, world } = waiting();
  await world.instance()(frame, "f", start);
  expect(waits).toEqual([]);
});
