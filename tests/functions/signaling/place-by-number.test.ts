import { describe, expect, test } from "@jest/globals";
import { inItsPlace } from "../../../functions/signaling/place-by-number.ts";
import { answerOf, candidateOf, offerOf } from "./frames-to-send.ts";
import { master } from "./identities.ts";
import { orderWorld, start } from "./order-world.ts";
import { candidateThatWaits, offerThatWaits } from "./waiting-frames.ts";

const offer = (seq: number, ufrag = "aaaa") => ({ ...offerOf(ufrag, String(seq)), seq });

/** The offer 1 was delivered. `send` sends from a function instance that has read nothing yet. */
async function negotiating() {
  const world = orderWorld();
  const send = (frame: { readonly seq: number }, at: number) =>
    world.instance()(frame, `f${frame.seq}`, start + at, { requestId: `r-${frame.seq}-${at}` });
  await send(offer(1), 0);
  const arrived = () =>
    world.received.flatMap(({ connectionId, seq }) => (connectionId === "a1" ? [] : (seq ?? [])));
  return { world, send, arrived };
}

describe("an SDP that is sent again", () => {
  test("does not supersede its successor when it was superseded by it", async () => {
    const { world, send, arrived } = await negotiating();
    world.absent(master);
    expect(await send(offer(2, "bbbb"), 2)).toBe("queued");
    expect(await send(offer(3, "cccc"), 3)).toBe("queued");
    // The answer to 2 was lost.
    expect(await send(offer(2, "bbbb"), 1_500)).toBe("superseded");
    world.present(master, "m1");
    await world.workQueue();
    await world.passTime(start + 2_000);
    expect(arrived().at(-1)).toBe(3);
  });

  test("is superseded by one that waits for it", async () => {
    const { world, send, arrived } = await negotiating();
    // The invocation of 2 has died.
    expect(await send(offer(3, "cccc"), 3)).toBe("queued");
    expect(await send(offer(2, "bbbb"), 1_500)).toBe("superseded");
    await world.workQueue();
    expect(arrived()).toEqual([1, 3]);
  });

  test("goes before one of the other kind that waits for it", async () => {
    const { world, send, arrived } = await negotiating();
    expect(await send({ ...answerOf("cccc"), seq: 3 }, 3)).toBe("queued");
    expect(await send(offer(2, "bbbb"), 1_500)).toBe("queued");
    await world.workQueue();
    expect(arrived()).toEqual([1, 2, 3]);
  });

  test("does not supersede a candidate that is numbered after it", async () => {
    const { world, send, arrived } = await negotiating();
    expect(await send({ ...candidateOf("dddd"), seq: 4 }, 4)).toBe("queued");
    expect(await send(offer(2, "bbbb"), 1_500)).toBe("delivered");
    expect(await send(offer(3, "dddd"), 1_501)).toBe("delivered");
    await world.workQueue();
    expect(arrived()).toEqual([1, 2, 3, 4]);
  });
});

describe("the place of an SDP", () => {
  const newest = { sentAt: 100, number: { of: "tab-1", seq: 5 } };
  const timeOf = (
    seq: number | undefined,
    sentAt: number,
    state: Parameters<typeof inItsPlace>[0] = newest,
  ) =>
    inItsPlace(state, [offerThatWaits("o7", { seq: 7, sentAt: 120 }), candidateThatWaits("c6", { seq: 6 })], {
      ...offerThatWaits("o", { sentAt, ...(seq !== undefined && { seq }) }),
    }).sentAt;

  test.each([
    [4, 200, 99],
    [4, 50, 50],
    [6, 50, 101],
    [6, 200, 119],
    [8, 50, 121],
    [8, 200, 200],
    [undefined, 200, 200],
  ])("with the number %s, sent at %i, is at %i among 5 at 100 and 7 at 120", (seq, sentAt, place) => {
    expect(timeOf(seq, sentAt)).toBe(place);
  });

  test("does not depend on the numbers of another instance", () => {
    expect(timeOf(4, 110, { sentAt: 100, number: { of: "tab-0", seq: 5 } })).toBe(110);
  });
});
