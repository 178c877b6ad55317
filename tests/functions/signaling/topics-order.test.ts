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

test("who announces itself can be answered already, and of two that do at least one hears the other, whatever overtakes what", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
      const ids = Array.from({ length: count }, (_, index) => `c-${index}`);
      const canBeAnswered: boolean[] = [];
      const world = topicsIn({
        turn: () => scheduler.schedule(Promise.resolve()),
        posting: (_, frame) => {
          canBeAnswered.push(world.topicOf("acme#lobby", "room").has(JSON.parse(frame).data));
          return "delivered";
        },
      });
      const joins = ids.flatMap((id) => [
        world.send(id, { type: "subscribe", topics: ["room"] }),
        world.send(id, { type: "publish", topic: "room", data: id }),
      ]);
      await scheduler.waitFor(Promise.all(joins));
      expect(canBeAnswered).not.toContain(false);
      const heard = new Set(
        world.posts.map(({ connectionId, frame }) => `${connectionId}<${JSON.parse(frame).data}`),
      );
      for (const one of ids) {
        for (const other of ids.filter((id) => id > one)) {
          expect(heard.has(`${one}<${other}`) || heard.has(`${other}<${one}`)).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("however many subscribe at once, a topic keeps 50, and all that were not refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), async (scheduler, late) => {
      const world = topicsIn({ turn: () => scheduler.schedule(Promise.resolve()) });
      const room = world.topicOf("acme#lobby", "room");
      for (let index = 0; index < 48; index++) room.add(`early-${index}`);
      const ids = Array.from({ length: late }, (_, index) => `late-${index}`);
      const answers = await scheduler.waitFor(
        Promise.all(ids.map((id) => world.send(id, { type: "subscribe", topics: ["room"] }))),
      );
      expect(room.size).toBeLessThanOrEqual(50);
      const accepted = ids.filter((_, index) => answers[index] === undefined);
      expect(accepted.every((id) => room.has(id))).toBe(true);
      expect(room.size).toBe(48 + accepted.length);
      if (late <= 2) expect(accepted).toEqual(ids);
    }),
    { numRuns: 100 },
  );
});
