import { EventEmitter } from "node:events";
import { expect, jest, test } from "@jest/globals";
import type { WebSocket } from "ws";
import { Peer } from "../../../bench/relay/peer.ts";
import { warmUp } from "../../../bench/setup/warm-up.ts";

/** Pairs of ends that take frames to each other unless `lost` says so, and what was sent and closed. */
function pairs(lost: (frame: string) => boolean = () => false) {
  const calls: { readonly index: number; readonly sent: string[]; open: number }[] = [];
  const openPair = async (index: number) => {
    const call = { index, sent: [] as string[], open: 2 };
    calls.push(call);
    const sockets = [new EventEmitter(), new EventEmitter()] as const;
    const end = (own: EventEmitter, other: EventEmitter, name: string) => {
      const send = (frame: string) => {
        const said = `${name} ${JSON.parse(frame).kind}`;
        call.sent.push(said);
        if (!lost(said)) queueMicrotask(() => other.emit("message", frame));
      };
      const close = () => {
        call.open -= 1;
      };
      const peer = new Peer(Object.assign(own, { send, close }) as unknown as WebSocket);
      return { peer, frame: (payload: object) => JSON.stringify(payload) };
    };
    return [end(sockets[0], sockets[1], "caller"), end(sockets[1], sockets[0], "called")] as const;
  };
  return { calls, openPair };
}

test("a call is an offer and an answer, each with its candidates behind it, and then both leave", async () => {
  const { calls, openPair } = pairs();
  await warmUp(openPair, 2);
  expect(calls.map(({ index, open }) => [index, open])).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(calls[0]?.sent).toEqual([
    ...["caller description", "caller candidate", "caller candidate"],
    ...["called description", "called candidate", "called candidate"],
  ]);
});

test("a frame that does not come ends it, and both leave", async () => {
  jest.useFakeTimers();
  try {
    const { calls, openPair } = pairs((said) => said === "called candidate");
    const failure = warmUp(openPair, 2).catch((error: Error) => error.message);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await failure).toBe("not within 10 s: the frames of call 0");
    expect(calls.map(({ open }) => open)).toEqual([0]);
  } finally {
    jest.useRealTimers();
  }
});
