import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Receipts } from "../../functions/shared/receipts.ts";
import type { WakeUp, WakeUps } from "../../functions/signaling/wake-ups.ts";

/** A message as the worker is given it. */
export interface ReceivedWakeUp {
  readonly message: WakeUp;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  /** It is done with. */
  readonly finish: () => Promise<void>;
}

export interface OpenedWakeUps {
  readonly wakeUps: WakeUps;
  readonly receipts: Receipts;
  /** What can be received now, ten at the most. */
  receive(): Promise<readonly ReceivedWakeUp[]>;
  /** Lets time pass, where the queue's time is the test's to move. */
  readonly pass?: (seconds: number) => Promise<void>;
  close(): Promise<void>;
}

const waiting = (name: string, sender: string): WakeUp => ({
  ...{ v: 2, kind: "waiting", channel: "acme#lobby", name, sender },
});
const senders = (received: readonly ReceivedWakeUp[]) =>
  received.map(({ message }) => (message.kind === "waiting" ? message.sender : message.kind));

/** What the worker relies on of each queue of wake-ups. `open` gives an empty one. */
export function wakeUpsContract(name: string, open: () => Promise<OpenedWakeUps>): void {
  describe(`the queue of wake-ups ${name}`, () => {
    let queue: OpenedWakeUps;
    beforeEach(async () => {
      queue = await open();
    });
    afterEach(() => queue.close());

    /** Receives, one batch after another, until nothing comes, and finishes what `isDone` says. */
    async function receiveAll(isDone: (one: ReceivedWakeUp) => boolean = () => true) {
      const all: ReceivedWakeUp[] = [];
      for (;;) {
        const batch = await queue.receive();
        if (batch.length === 0) return all;
        all.push(...batch);
        for (const one of batch) if (isDone(one)) await one.finish();
      }
    }

    test("gives back what was sent, word for word, and once it is finished never again", async () => {
      const arrival: WakeUp = {
        ...{ v: 2, kind: "arrival", channel: "acme#lobby", name: "ada", role: "VIEWER" },
        ...{ connectionId: "L0SM9cOFvHcCIhw=", connectedAt: 1_800_000_000_000, announced: true },
      };
      await queue.wakeUps.send(arrival, "1");
      const [received] = await receiveAll();
      expect(received?.message).toEqual(arrival);
      expect(received?.receiveCount).toBe(1);
      expect(await receiveAll()).toEqual([]);
    });

    test("keeps the order of one member's, whatever comes between", async () => {
      for (let number = 1; number <= 15; number += 1) {
        await queue.wakeUps.send(waiting("ada", `s${number}`), `${number}`);
        await queue.wakeUps.send(waiting("bob", `t${number}`), `${number}`);
      }
      const received = senders(await receiveAll());
      const numbered = (letter: string) => Array.from({ length: 15 }, (_, index) => `${letter}${index + 1}`);
      expect(received.filter((sender) => sender?.startsWith("s"))).toEqual(numbered("s"));
      expect(received.filter((sender) => sender?.startsWith("t"))).toEqual(numbered("t"));
    });

    test("queues an id once, for each member and kind by itself", async () => {
      await queue.wakeUps.send(waiting("ada", "first"), "1");
      await queue.wakeUps.send(waiting("ada", "again"), "1");
      await queue.wakeUps.send(waiting("bob", "another member"), "1");
      await queue.wakeUps.send(
        { v: 2, kind: "report", channel: "acme#lobby", name: "ada", frame: "{}" },
        "1",
      );
      expect(senders(await receiveAll()).toSorted()).toEqual(["another member", "first", "report"]);
    });

    test("holds a member's back while one of its is being worked on, and no other member's", async () => {
      await queue.wakeUps.send(waiting("ada", "s1"), "1");
      const [first] = await queue.receive();
      await queue.wakeUps.send(waiting("ada", "s2"), "2");
      await queue.wakeUps.send(waiting("bob", "t1"), "1");
      const meanwhile = await receiveAll();
      expect(senders(meanwhile)).toEqual(["t1"]);
      await first?.finish();
      expect(senders(await receiveAll())).toEqual(["s2"]);
    });

    test("gives a postponed one again, counted, and before those behind it", async () => {
      await queue.wakeUps.send(waiting("ada", "s1"), "1");
      const [first] = await queue.receive();
      await queue.wakeUps.send(waiting("ada", "s2"), "2");
      await queue.receipts.postpone(first?.receiptHandle ?? "", 0);
      const again = await receiveAll();
      expect(senders(again)).toEqual(["s1", "s2"]);
      expect(again[0]?.receiveCount).toBe(2);
    });

    test("holds a postponed one back for its seconds", async () => {
      await queue.wakeUps.send(waiting("ada", "s1"), "1");
      const [first] = await queue.receive();
      await queue.receipts.postpone(first?.receiptHandle ?? "", 30);
      expect(await receiveAll()).toEqual([]);
      if (!queue.pass) return;
      await queue.pass(29);
      expect(await receiveAll()).toEqual([]);
      await queue.pass(2);
      expect(senders(await receiveAll())).toEqual(["s1"]);
    });
  });
}
