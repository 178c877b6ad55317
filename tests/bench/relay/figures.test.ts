import { expect, test } from "@jest/globals";
import { figures, ratios } from "../../../bench/relay/figures.ts";

const loop = (latencies: number[], seconds: number, refused = 0) => ({
  frames: latencies.length,
  refused,
  seconds,
  latencies,
});
/** A round with these latencies, and so many frames in two seconds. */
const round = (latencies: number[], frames: number, refused = 0) => ({
  latency: loop(latencies, 1),
  throughput: loop(
    Array.from({ length: frames }, () => 50),
    2,
    refused,
  ),
});

test("latency is over the frames of all rounds, and never from those that were sent for throughput", () => {
  const rounds = [round([1, 2, 3], 10), round([4, 5, 100], 10)];
  expect(figures(rounds).latency).toEqual({ median: 3.5, p99: 100, frames: 6 });
});

test("frames a second are those of the middle round, with the slowest and the fastest", () => {
  const rounds = [round([1], 10), round([1], 40), round([1], 20)];
  expect(figures(rounds).framesPerSecond).toEqual({ median: 10, lowest: 5, highest: 20 });
});

test("refused is the share of all frames that were sent", () => {
  expect(figures([round([1, 1, 1, 1], 12, 4)]).refused).toBe(0.2);
});

test("ratios are those of the middle round, each round beside its own", () => {
  const slow = [round([20], 10), round([60], 10), round([40], 30)];
  const fast = [round([10], 20), round([20], 10), round([10], 40)];
  expect(ratios(slow, fast)).toEqual({ framesPerSecond: 0.75, medianLatency: 3 });
});

test("a round in which nothing arrived is not passed over", () => {
  expect(() => figures([round([], 0)])).toThrow("nothing arrived");
});
