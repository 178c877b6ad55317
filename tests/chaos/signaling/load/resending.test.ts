import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { SentFrame } from "../../../../chaos/signaling/load/recorder.ts";
import { Resending } from "../../../../chaos/signaling/load/resending.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const frame = (id: string, more: Partial<SentFrame> = {}): SentFrame => ({
  id,
  client: "c",
  to: "MASTER",
  kind: "SDP_OFFER",
  correlationId: id,
  ufrag: id,
  sends: [],
  ...more,
});

function resending({ isOpen = true } = {}) {
  const sent: string[] = [];
  const all = new Resending(({ id }) => {
    if (isOpen) sent.push(id);
    return isOpen;
  });
  const expectAnswer = (one: SentFrame) => all.expect(one, { action: one.kind });
  return { all, sent, expectAnswer };
}

test("sends a frame again every 1.5 seconds until it is answered", () => {
  const { all, sent, expectAnswer } = resending();
  expectAnswer(frame("one"));
  jest.advanceTimersByTime(3_100);
  expect(sent).toEqual(["one", "one"]);
  all.answered("one", "queued");
  jest.advanceTimersByTime(10_000);
  expect(sent).toEqual(["one", "one"]);
  expect(all.waiting).toBe(0);
});

test("sends again at once what the server asks for again", () => {
  const { all, sent, expectAnswer } = resending();
  expectAnswer(frame("one"));
  all.answered("one", "delivery_unavailable");
  jest.advanceTimersByTime(100);
  expect(sent).toEqual(["one"]);
});

test("gives up after six times", () => {
  const { all, sent, expectAnswer } = resending();
  expectAnswer(frame("one"));
  jest.advanceTimersByTime(60_000);
  expect(sent).toHaveLength(5);
  expect(all.waiting).toBe(0);
});

test("leaves alone what a newer SDP has replaced, but not what is numbered", () => {
  const { sent, expectAnswer } = resending();
  expectAnswer(frame("old"));
  expectAnswer(frame("its candidate", { kind: "ICE_CANDIDATE", ufrag: "old" }));
  expectAnswer(frame("numbered", { ufrag: "numbered", seq: 1 }));
  expectAnswer(frame("new"));
  jest.advanceTimersByTime(1_600);
  expect(sent).toEqual(["numbered", "new"]);
});

test("waits for a socket, and sends on it at once", () => {
  const sent: string[] = [];
  let isOpen = false;
  const all = new Resending(({ id }) => {
    if (isOpen) sent.push(id);
    return isOpen;
  });
  all.expect(frame("one"), { action: "SDP_OFFER" });
  jest.advanceTimersByTime(20_000);
  isOpen = true;
  all.again();
  expect(sent).toEqual(["one"]);
});
