import { expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { everyMinute } from "../../../local/dynamodb/every-minute.ts";

const minute = 60_000;

test("works every minute while time is moved by hours", async () => {
  const clock = new AdvanceableClock(() => 0);
  const minutes: number[] = [];
  const work = everyMinute(clock, async () => void minutes.push(clock.now() / minute));
  await clock.advance(180 * minute);
  expect(minutes).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
  await work.stop();
});

test("works every hour while time is moved by weeks, and every minute of the last three hours", async () => {
  const clock = new AdvanceableClock(() => 0);
  const minutes: number[] = [];
  const work = everyMinute(clock, async () => void minutes.push(clock.now() / minute));
  await clock.advance(30 * 24 * 60 * minute);
  expect(minutes.slice(0, 3)).toEqual([1, 61, 121]);
  expect(minutes.slice(-181)).toEqual([42_961, ...Array.from({ length: 180 }, (_, index) => 43_021 + index)]);
  expect(minutes).toHaveLength(897);
  await work.stop();
});
