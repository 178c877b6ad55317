import { expect, test } from "@jest/globals";
import { shortPauses, withinAMoment } from "../../../functions/signaling/within-a-moment.ts";

/** Tries that end so, in turn; what was paused between them. */
async function tried(obstacles: readonly (string | undefined)[], mayGoOn: () => boolean = () => true) {
  const pauses: number[] = [];
  const rounds: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const obstacle = await withinAMoment({ pause }, mayGoOn, async (round) => {
    rounds.push(round);
    return obstacles[round];
  });
  return { obstacle, pauses, rounds };
}

test("the pauses are of 0.7 seconds in all", () => {
  expect(shortPauses).toEqual([25, 75, 200, 400]);
});

test("what a moment ends is tried again until it is done", async () => {
  expect(await tried([undefined])).toEqual({ obstacle: undefined, pauses: [], rounds: [0] });
  expect(await tried(["not_open_yet", "sdp_in_flight", undefined])).toEqual({
    obstacle: undefined,
    pauses: [25, 75],
    rounds: [0, 1, 2],
  });
});

test("what it does not end is left to the queue, at once or after the last pause", async () => {
  for (const obstacle of ["unavailable", "contended", "seq_awaited", "no_time"]) {
    expect(await tried([obstacle])).toEqual({ obstacle, pauses: [], rounds: [0] });
    expect(await tried(["not_open_yet", obstacle])).toEqual({ obstacle, pauses: [25], rounds: [0, 1] });
  }
  expect(await tried(Array(9).fill("not_open_yet"))).toEqual({
    obstacle: "not_open_yet",
    pauses: [25, 75, 200, 400],
    rounds: [0, 1, 2, 3, 4],
  });
});

test("there is no other try when time is short, before a pause or after it", async () => {
  expect(await tried(["not_open_yet"], () => false)).toMatchObject({ pauses: [], rounds: [0] });
  const left = [true, false];
  expect(await tried(["not_open_yet"], () => left.shift() ?? false)).toMatchObject({
    pauses: [25],
    rounds: [0],
  });
});
