import { expect, test } from "@jest/globals";
import { listenersOf } from "../../../functions/signaling/listeners.ts";
import type { Subscription } from "../../../functions/signaling/topic-rows.ts";

const now = 1_800_000_000_000;
const one = (connectionId: string, since: number, turn?: number): Subscription => ({
  connectionId,
  since,
  turn,
});
const known = one("early", now - 60_000, 1);
const listening = one("listening", now - 5_000);
const entered = one("entered", now - 4_999);
const own = (since: number, turn?: number) => one("own", since, turn);
const publishing = { connectionId: "own", now };

test.each([
  ["who was not subscribed", undefined],
  ["who has just subscribed", own(now - 4_999)],
])("the first frame of one %s goes to who has published, and to who has long listened", (_, before) => {
  const after = [known, listening, entered, own(now, 2), one("later", now, 3)];
  const found = before ? [known, before] : [known];
  expect(listenersOf(found, after, { ...publishing, sentAt: undefined })).toEqual(["early", "listening"]);
});

test("the first frame of one who has listened for five seconds goes to all", () => {
  const after = [known, entered, own(now, 2)];
  expect(listenersOf([own(now - 5_000)], after, { ...publishing, sentAt: now })).toEqual([
    "early",
    "entered",
  ]);
});

test("a frame that was received before its publisher got a turn is overtaken, and not for those who came later", () => {
  const there = [known, listening, entered, own(now - 50, 2), one("later", now - 40, 3)];
  const heard = (sentAt: number | undefined) => listenersOf(there, there, { ...publishing, sentAt });
  expect(heard(now - 50)).toEqual(["early", "listening"]);
  expect(heard(now - 49)).toEqual(["early", "listening", "entered", "later"]);
  expect(heard(undefined)).toEqual(["early", "listening", "entered", "later"]);
});

test("nobody else is there, or not even the publisher", () => {
  expect(listenersOf([], [own(now, 1)], { ...publishing, sentAt: now })).toEqual([]);
  expect(listenersOf([], [], { ...publishing, sentAt: now })).toEqual([]);
});
