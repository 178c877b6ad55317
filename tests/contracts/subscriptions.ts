import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Entered,
  type Subscriber,
  type Subscriptions,
  subscriberOf,
} from "../../functions/signaling/subscriptions.ts";
import type { Subscription } from "../../functions/signaling/topic-rows.ts";

const now = 1_800_000_000_000;
const ada = subscriberOf({ tenant: "acme", channel: "lobby" }, "c-ada", now + 999);
const bob = { ...ada, connectionId: "c-bob" };
const crowd = (count: number): Subscriber[] =>
  Array.from({ length: count }, (_, index) => ({ ...ada, connectionId: `c-${index}=` }));

/** In an order of its own: the store has none. */
const byName = (entered: Entered | readonly Subscription[]): readonly Subscription[] =>
  ("kind" in entered ? (entered.kind === "full" ? [] : entered.subscriptions) : entered).toSorted(
    (one, other) => (one.connectionId < other.connectionId ? -1 : 1),
  );

/** What a store of subscriptions promises, with a new, empty one for each test. */
export function subscriptionsContract(
  where: string,
  open: () => Promise<{ subscriptions: Subscriptions; close: () => Promise<unknown> }>,
): void {
  let opened: Awaited<ReturnType<typeof open>>;
  let store: Subscriptions;
  const eachOpened = () => {
    beforeEach(async () => {
      opened = await open();
      store = opened.subscriptions;
    });
    afterEach(() => opened.close());
  };

  describe(`a subscription ${where}`, () => {
    eachOpened();
    const subscribers = async ({ channel }: Subscriber, topic: string, at = now) =>
      byName(await store.subscriptionsOf(channel, topic, at)).map(({ connectionId }) => connectionId);

    test("is found with the others of its topic, and of no other", async () => {
      const elsewhere = { ...ada, channel: "globex#lobby" };
      await store.enter(ada, "room", now);
      await store.enter(bob, "room", now);
      await store.enter(bob, "other", now);
      await store.enter(elsewhere, "room", now);
      expect(await subscribers(ada, "room")).toEqual(["c-ada", "c-bob"]);
      expect(await subscribers(ada, "other")).toEqual(["c-bob"]);
      expect(await subscribers(elsewhere, "room")).toEqual(["c-ada"]);
      expect(await subscribers(ada, "nobody's")).toEqual([]);
    });

    test("tells who is there once it has entered, and since when; entering again changes nothing", async () => {
      const entered = (kind: string, ...names: [string, number][]) => ({
        kind,
        subscriptions: names.map(([connectionId, since]) => ({ connectionId, since, turn: undefined })),
      });
      expect(await store.enter(bob, "room", now)).toEqual(entered("new", ["c-bob", now]));
      const both = entered("new", ["c-bob", now], ["c-ada", now - 5]);
      expect(byName(await store.enter(ada, "room", now - 5))).toEqual(byName(both as Entered));
      const known = await store.enter(bob, "room", now + 9);
      expect(byName(known)).toEqual(byName({ ...both, kind: "known" } as Entered));
    });

    test("gets the next turn once, at the time of which it is there since, however many want one at once", async () => {
      const some = crowd(20);
      for (const one of some.slice(0, 10)) await store.enter(one, "room", now);
      const taken = await Promise.all(some.map((one) => store.takeTurn(one, "room", now + 7)));
      expect(taken.map(({ kind }) => kind)).toEqual(some.map(() => "new"));
      const there = await store.subscriptionsOf(ada.channel, "room", now);
      expect(there.map(({ since }) => since)).toEqual(some.map(() => now + 7));
      const turns = there.map(({ turn }) => turn ?? 0).toSorted((one, other) => one - other);
      expect(new Set(turns).size).toBe(20);
      for (const [index, { connectionId }] of some.entries()) {
        const after = taken[index]?.kind === "new" ? taken[index].subscriptions : [];
        const own = after.find((one) => one.connectionId === connectionId)?.turn ?? 0;
        // It knows all who got theirs before, and nobody who got it later.
        const known = after
          .flatMap(({ turn }) => (turn === undefined ? [] : [turn]))
          .toSorted((a, b) => a - b);
        expect(known).toEqual(turns.slice(0, turns.indexOf(own) + 1));
      }
      expect(await store.takeTurn(some[3] as Subscriber, "room", now + 9)).toMatchObject({ kind: "known" });
      expect(await store.enter(some[3] as Subscriber, "room", now + 9)).toMatchObject({ kind: "known" });
      expect(byName(await store.subscriptionsOf(ada.channel, "room", now))).toEqual(byName(there));
    });

    test("has no turn any more when it is entered anew", async () => {
      await store.takeTurn(ada, "room", now);
      await store.leave(ada, "room");
      await store.enter(ada, "room", now + 1);
      expect(await store.subscriptionsOf(ada.channel, "room", now)).toEqual([
        { connectionId: "c-ada", since: now + 1, turn: undefined },
      ]);
    });

    test("is one of 50, and no more enter than that, however many do at once", async () => {
      const entered = await Promise.all(crowd(60).map((one) => store.enter(one, "room", now)));
      expect(entered.filter(({ kind }) => kind === "full")).toHaveLength(10);
      const there = await subscribers(ada, "room");
      expect(there).toHaveLength(50);
      expect(await store.enter({ ...ada, connectionId: there[7] ?? "" }, "room", now)).toMatchObject({
        kind: "known",
      });
      await store.leave({ ...ada, connectionId: there[7] ?? "" }, "room");
      expect(await store.takeTurn(ada, "room", now)).toMatchObject({ kind: "new" });
      expect(await store.enter(bob, "room", now)).toEqual({ kind: "full" });
      expect(await store.takeTurn(bob, "room", now)).toEqual({ kind: "full" });
      expect(await store.takeTurn({ ...ada, connectionId: there[8] ?? "" }, "room", now)).toMatchObject({
        kind: "new",
      });
    });

    test("is no longer found, and keeps nobody out, once its connection must have ended", async () => {
      for (const one of crowd(50)) await store.enter(one, "room", now);
      await store.leave(crowd(1)[0] as Subscriber, "room");
      await store.enter(ada, "room", now + 1);
      expect(await subscribers(ada, "room", now + 7_799_999)).toHaveLength(50);
      expect(await store.enter(bob, "room", now + 7_799_999)).toEqual({ kind: "full" });
      expect(await subscribers(ada, "room", now + 7_800_000)).toEqual(["c-ada"]);
      const entered = await store.enter(bob, "room", now + 7_800_000);
      expect(entered).toMatchObject({ kind: "new" });
      expect(byName(entered).map(({ connectionId }) => connectionId)).toEqual(["c-ada", "c-bob"]);
    });

    test("ends for its own connection only, and twice as well as once, and where there is none", async () => {
      await store.leave(ada, "room");
      await store.enter(ada, "room", now);
      await store.enter(bob, "room", now);
      await store.leave(ada, "room");
      await store.leave(ada, "room");
      expect(await subscribers(ada, "room")).toEqual(["c-bob"]);
      await store.leave(bob, "room");
      expect(await subscribers(ada, "room")).toEqual([]);
      expect(await store.enter(ada, "room", now)).toMatchObject({ kind: "new" });
    });

    test("may be to a topic of 256 bytes in a channel and tenant with the longest names", async () => {
      const far = subscriberOf({ tenant: "t".repeat(64), channel: "c".repeat(256) }, "c-ada", now);
      await store.enter(far, "é".repeat(128), now);
      expect(await subscribers(far, "é".repeat(128))).toEqual(["c-ada"]);
    });
  });

  describe(`the places of a connection ${where}`, () => {
    eachOpened();

    test("are 32, each for one topic, and free again when given back", async () => {
      for (let index = 0; index < 32; index++) {
        expect(await store.takePlace(ada, `topic-${index}`)).toBe("taken");
      }
      expect(await store.takePlace(ada, "one-more")).toBe("full");
      expect(await store.takePlace(ada, "topic-7")).toBe("taken");
      expect(await store.takePlace(bob, "one-more")).toBe("taken");
      await store.freePlace(ada, "topic-7");
      expect(await store.takePlace(ada, "one-more")).toBe("taken");
      expect(await store.takePlace(ada, "topic-7")).toBe("full");
    });

    test("are not made by giving back one that there is not", async () => {
      await store.freePlace(ada, "room");
      await store.takePlace(ada, "room");
      await store.freePlace(ada, "other");
      await store.freePlace(ada, "room");
      await store.freePlace(ada, "room");
      expect(await store.takePlace(ada, "room")).toBe("taken");
    });

    test("are taken once each, however many are taken at a time", async () => {
      const taken = await Promise.all(
        Array.from({ length: 40 }, (_, index) => store.takePlace(ada, `topic-${index}`)),
      );
      expect(taken.filter((place) => place === "taken")).toHaveLength(32);
    });
  });
}
