import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createLogs } from "../../../local/logs/create-logs.ts";

const day = 86_400_000;
const logsAt = (options: { maximumLines?: number; maximumCharacters?: number } = {}) => {
  const clock = new AdvanceableClock(() => 1_000);
  return { clock, logs: createLogs({ clock, ...options }) };
};
const messages = (lines: readonly { readonly message: string }[]) => lines.map(({ message }) => message);

test("lines are kept with their time and group, newest last", async () => {
  const { clock, logs } = logsAt();
  logs.putLogGroup("/a", 1);
  logs.putLogGroup("/b", 1);
  logs.append("/a", "one");
  await clock.advance(5);
  logs.append("/b", "two");
  expect(logs.lines()).toEqual([
    { time: 1_000, logGroup: "/a", message: "one" },
    { time: 1_005, logGroup: "/b", message: "two" },
  ]);
});

test("lines are filtered by group and time, and a limit keeps the newest", async () => {
  const { clock, logs } = logsAt();
  logs.putLogGroup("/a", 1);
  logs.putLogGroup("/b", 1);
  for (const message of ["1", "2", "3", "4"]) {
    logs.append(message === "3" ? "/b" : "/a", message);
    await clock.advance(10);
  }
  expect(messages(logs.lines({ logGroup: "/a" }))).toEqual(["1", "2", "4"]);
  expect(messages(logs.lines({ since: 1_010 }))).toEqual(["2", "3", "4"]);
  expect(messages(logs.lines({ limit: 2 }))).toEqual(["3", "4"]);
  expect(messages(logs.lines({ logGroup: "/a", since: 1_010, limit: 1 }))).toEqual(["4"]);
});

test("a line is gone when its group's retention has passed", async () => {
  const { clock, logs } = logsAt();
  logs.putLogGroup("/short", 1);
  logs.putLogGroup("/long", 3);
  logs.putLogGroup("/ever", 0);
  for (const group of ["/short", "/long", "/ever"]) logs.append(group, group);
  await clock.advance(day - 1);
  expect(messages(logs.lines())).toEqual(["/short", "/long", "/ever"]);
  await clock.advance(1);
  expect(messages(logs.lines())).toEqual(["/long", "/ever"]);
  await clock.advance(9 * day);
  expect(messages(logs.lines())).toEqual(["/ever"]);
});

test("a group that does not exist takes no lines, and a deleted one takes its lines with it", () => {
  const { logs } = logsAt();
  logs.putLogGroup("/a", 1);
  logs.putLogGroup("/b", 7);
  logs.append("/a", "one");
  logs.append("/b", "two");
  logs.deleteLogGroup("/a");
  expect(messages(logs.lines())).toEqual(["two"]);
  expect(logs.groups()).toEqual([{ name: "/b", retentionInDays: 7 }]);
  expect(() => logs.append("/a", "three")).toThrow("The specified log group does not exist: /a");
});

test("however many lines come, the newest that fit are kept", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 100 }), (maximumLines, count) => {
      const { logs } = logsAt({ maximumLines });
      logs.putLogGroup("/a", 0);
      const all = Array.from({ length: count }, (_, number) => String(number));
      for (const message of all) logs.append("/a", message);
      expect(messages(logs.lines())).toEqual(all.slice(Math.max(0, count - maximumLines)));
    }),
  );
});

test("long lines are bounded by their length", () => {
  const { logs } = logsAt({ maximumCharacters: 10 });
  logs.putLogGroup("/a", 0);
  for (const message of ["12345", "6789", "x", "y"]) logs.append("/a", message);
  expect(messages(logs.lines())).toEqual(["6789", "x", "y"]);
});
