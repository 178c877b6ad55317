import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";
import { peer } from "./identities.ts";
import { topicsIn } from "./topics-world.ts";

interface Sent {
  readonly socket: number;
  readonly type: "subscribe" | "unsubscribe" | "publish";
  readonly topic: string;
}

// Names that a careless key would mix up.
const names = ["a", "b", "a#b"];
const socket = fc.record({
  tenant: fc.constantFrom("a", "b"),
  channel: fc.constantFrom("a", "b"),
  role: fc.constantFrom("MASTER" as const, "VIEWER" as const, "PEER" as const),
});
const sent: fc.Arbitrary<Sent> = fc.record({
  socket: fc.nat(4),
  type: fc.constantFrom("subscribe" as const, "unsubscribe" as const, "publish" as const),
  topic: fc.constantFrom(...names, ...names.map((name) => `${name}#a`)),
});

const frameOf = ({ type, topic }: Sent, data: unknown) =>
  type === "publish" ? { type, topic, data } : { type, topics: [topic] };

test("no publish reaches a connection outside its tenant, channel and topic, nor one twice, whatever overtakes what", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(socket, { minLength: 5, maxLength: 5 }),
      fc.array(sent, { minLength: 1, maxLength: 12 }),
      async (scheduler, sockets, frames) => {
        const world = topicsIn({ turn: () => scheduler.schedule(Promise.resolve()) });
        const identityOf = (index: number): ConnectedIdentity => ({
          ...peer,
          clientId: `${index}`,
          ...sockets[index],
        });
        const answers = frames.map((frame, index) =>
          world.send(`c-${frame.socket}`, frameOf(frame, index), identityOf(frame.socket)),
        );
        await scheduler.waitFor(Promise.all(answers));
        for (const { connectionId, frame } of world.posts) {
          const { topic, data } = JSON.parse(frame);
          const publisher = identityOf(frames[data]?.socket ?? -1);
          const reached = Number(connectionId.slice(2));
          const { tenant, channel } = identityOf(reached);
          expect([tenant, channel]).toEqual([publisher.tenant, publisher.channel]);
          // Publishing subscribes.
          const wanted = frames.filter(({ socket, type }) => socket === reached && type !== "unsubscribe");
          expect(wanted.map((one) => one.topic)).toContain(topic);
        }
        const arrivals = world.posts.map(
          ({ connectionId, frame }) => `${connectionId} ${JSON.parse(frame).data}`,
        );
        expect(new Set(arrivals).size).toBe(arrivals.length);
      },
    ),
    { numRuns: 300 },
  );
});

/** y-webrtc's members of one room: each announces itself as it comes, and makes an offer to whom it hears. */
function roomOf(count: number, scheduler: fc.Scheduler) {
  let time = 1_800_000_000_000;
  const ids = Array.from({ length: count }, (_, index) => `c-${index}`);
  const offers: string[] = [];
  const answered: Promise<unknown>[] = [];
  const world = topicsIn({
    clock: () => time,
    turn: async () => {
      await scheduler.schedule(Promise.resolve());
      time += 1;
    },
    posting: (to, text) => {
      const { announces, offers: offered } = JSON.parse(text).data;
      if (offered === to) offers.push(`${JSON.parse(text).data.from} to ${to}`);
      // Somewhere on its way for a millisecond at least.
      time += 1;
      if (announces) answered.push(say(to, { from: to, offers: announces }));
      return "delivered";
    },
  });
  const say = (id: string, data: object) => world.send(id, { type: "publish", topic: "room", data });
  // The announcement is sent right behind the subscription, and may come to API Gateway any time later.
  const join = (id: string) => [
    world.send(id, { type: "subscribe", topics: ["room"] }),
    scheduler.schedule(Promise.resolve()).then(() => say(id, { announces: id })),
  ];
  return { ids, offers, answered, join };
}

test("of two that announce themselves one makes the other an offer, which arrives, whatever overtakes what", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
      const { ids, offers, answered, join } = roomOf(count, scheduler);
      await scheduler.waitFor(Promise.all(ids.flatMap(join)));
      for (let index = 0; index < answered.length; index++)
        await scheduler.waitFor(answered[index] as Promise<unknown>);
      const between = (one: string, other: string) =>
        offers.filter((offer) => offer === `${one} to ${other}` || offer === `${other} to ${one}`);
      for (const one of ids) {
        for (const other of ids.filter((id) => id > one)) expect(between(one, other)).toHaveLength(1);
      }
    }),
    { numRuns: 500 },
  );
});

test("however many subscribe at once, a topic takes 50, and refuses none of these", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), async (scheduler, late) => {
      const world = topicsIn({ turn: () => scheduler.schedule(Promise.resolve()) });
      const room = world.topicOf("acme#lobby", "room");
      for (let index = 0; index < 48; index++)
        room.set(`early-${index}`, { since: 1_800_000_000_000, turn: undefined });
      const ids = Array.from({ length: late }, (_, index) => `late-${index}`);
      const answers = await scheduler.waitFor(
        Promise.all(ids.map((id) => world.send(id, { type: "subscribe", topics: ["room"] }))),
      );
      expect(room.size).toBe(Math.min(48 + late, 50));
      const accepted = ids.filter((_, index) => answers[index] === undefined);
      expect([...room.keys()].slice(48).sort()).toEqual(accepted);
      expect(accepted).toHaveLength(Math.min(late, 2));
    }),
    { numRuns: 100 },
  );
});
