import { expect, test } from "@jest/globals";
import { control } from "../control.ts";
import { connected, type RawSocket } from "../raw-socket.ts";
import { advanceClock, eventually, logLines, proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
let channels = 0;

const join = async (channel: string, clientId: string, tenant?: string): Promise<RawSocket> =>
  connected(await proofFor(program.ready, clientId, { channel, role: "VIEWER", clientId }, tenant));
const newChannel = () => `topics-${++channels}`;

const send = ({ socket }: RawSocket, frame: object) => socket.send(JSON.stringify(frame));
const parsed = (texts: readonly string[]) => texts.map((text) => JSON.parse(text));
const publish = (topic: string, data: unknown) => ({ type: "publish", topic, data });

/** Publishes, and waits until the publisher has its own frame back: it has gone to everyone then. */
async function say(peer: RawSocket, topic: string, data: unknown): Promise<unknown> {
  const had = peer.received.length;
  send(peer, publish(topic, data));
  return parsed(await peer.next(1, had))[0];
}

/** The lines of the frames of a kind that the topic relay has served. */
const served = async (action: string): Promise<readonly Record<string, unknown>[]> => {
  const lines = (await logLines(program.ready, "TopicRelay")).map(({ message }) => message);
  return lines
    .filter((message) => message.startsWith("{"))
    .map((message) => JSON.parse(message))
    .filter((line) => line.action === action);
};

async function areSubscribed(peers: readonly RawSocket[], ...topics: string[]): Promise<void> {
  const before = (await served("SUBSCRIBE")).length;
  for (const peer of peers) send(peer, { type: "subscribe", topics });
  await eventually("the subscriptions", async () =>
    (await served("SUBSCRIBE")).length >= before + peers.length ? true : undefined,
  );
  // Then none of them is expected to announce itself any more.
  await advanceClock(program.ready, 5_000);
}
const subscribed = (peer: RawSocket, ...topics: string[]) => areSubscribed([peer], ...topics);

test("what is published reaches every subscriber of the topic, the publisher too, as it was sent and with their number", async () => {
  const channel = newChannel();
  const [ada, bob, eve] = await Promise.all(["ada", "bob", "eve"].map((name) => join(channel, name)));
  await subscribed(ada as RawSocket, "room", "other");
  await subscribed(bob as RawSocket, "room");
  await subscribed(eve as RawSocket, "other");
  ada?.socket.send('{"type":"publish", "topic":"room","data":{"n":1.0,"clients":[]},"clients":7 }');
  const sent = '{"type":"publish", "topic":"room","data":{"n":1.0,"clients":[]},"clients":7 ,"clients":2}';
  expect(await bob?.next(1)).toEqual([sent]);
  expect(await ada?.next(1)).toEqual([sent]);
  expect(JSON.parse(sent).clients).toBe(2);
  expect(eve?.received).toEqual([]);
});

test("a topic of the same name in another channel or tenant is another topic", async () => {
  const channel = newChannel();
  const ada = await join(channel, "ada");
  const elsewhere = await join(newChannel(), "ada");
  const foreign = await join(channel, "ada", "globex");
  for (const peer of [ada, elsewhere, foreign]) await subscribed(peer, "room");
  expect(await say(ada, "room", "hello")).toEqual({ ...publish("room", "hello"), clients: 1 });
  expect([elsewhere.received, foreign.received]).toEqual([[], []]);
});

test("a publisher that has not subscribed is subscribed first", async () => {
  const channel = newChannel();
  const [ada, bob] = [await join(channel, "ada"), await join(channel, "bob")];
  expect(await say(ada, "room", "first")).toMatchObject({ clients: 1 });
  expect(await say(bob, "room", "second")).toMatchObject({ clients: 2 });
  expect(parsed(await ada.next(1, 1))).toEqual([{ ...publish("room", "second"), clients: 2 }]);
});

test("of some who announce themselves at once each pair is told once, by the one that came later", async () => {
  const channel = newChannel();
  const names = ["ada", "bob", "cleo"];
  const peers = await Promise.all(names.map((name) => join(channel, name)));
  // All are subscribed before any announcement goes out.
  const slowRead = { service: "dynamodb", operation: "GetItem", match: "topics", latencyMs: 300, times: 3 };
  await control(program.ready, "PUT", "/faults", [slowRead]);
  for (const [index, peer] of peers.entries()) {
    send(peer, { type: "subscribe", topics: ["room"] });
    send(peer, publish("room", names[index]));
  }
  const own = (name: string) => (texts: readonly string[]) => parsed(texts).some(({ data }) => data === name);
  await eventually("their own announcements", () =>
    peers.every(({ received }, index) => own(names[index] as string)(received)) ? true : undefined,
  );
  expect(await control(program.ready, "GET", "/faults")).toMatchObject({ faults: [{ fired: 3 }] });
  await control(program.ready, "DELETE", "/faults");
  const heard = peers.map(({ received }) => parsed(received).map(({ data }) => data));
  const pairs = heard.flatMap((all, index) =>
    all.filter((name) => name !== names[index]).map((name) => [names[index], name].sort().join(" and ")),
  );
  expect(pairs.sort()).toEqual(["ada and bob", "ada and cleo", "bob and cleo"]);
  // Each hears itself. Who came first hears the others too, and the last nobody else.
  expect(heard.map((all) => all.length).sort()).toEqual([1, 2, 3]);
});

test("who has unsubscribed gets nothing more", async () => {
  const channel = newChannel();
  const [ada, bob] = [await join(channel, "ada"), await join(channel, "bob")];
  await say(ada, "room", "first");
  const before = (await served("UNSUBSCRIBE")).length;
  send(ada, { type: "unsubscribe", topics: ["room"] });
  await eventually("the end of the subscription", async () =>
    (await served("UNSUBSCRIBE")).length > before ? true : undefined,
  );
  expect(await say(bob, "room", "second")).toMatchObject({ clients: 1 });
  expect(ada.received).toHaveLength(1);
});

test("a subscriber that has vanished is forgotten at the next frame, which is no error", async () => {
  const channel = newChannel();
  const [ada, bob] = [await join(channel, "ada"), await join(channel, "bob")];
  await subscribed(bob, "room");
  const { connectionId } = (await served("SUBSCRIBE")).at(-1) ?? {};
  await control(program.ready, "POST", `/connections/${encodeURIComponent(String(connectionId))}/vanish`, {
    mode: "gone",
  });
  expect(await say(ada, "room", "anybody?")).toMatchObject({ clients: 2 });
  expect(await say(ada, "room", "nobody")).toMatchObject({ clients: 1 });
  const counts = (await served("PUBLISH"))
    .slice(-2)
    .map(({ outcome, reached, gone, unreachable, awsCalls }) => ({
      ...{ outcome, reached, gone, unreachable, awsCalls },
    }));
  // A read, a place, a turn, a post that finds it gone, and forgetting it.
  expect(counts).toEqual([
    { outcome: "published", reached: 0, gone: 1, unreachable: 0, awsCalls: 5 },
    { outcome: "published", reached: 0, gone: 0, unreachable: 0, awsCalls: 1 },
  ]);
});

test("a ping is answered, with no line but that of the access log, which counts as 280 bytes", async () => {
  const ada = await join(newChannel(), "ada");
  const before = await logLines(program.ready, "TopicRelay");
  send(ada, { type: "ping" });
  expect(await ada.next(1)).toEqual(['{"type":"pong"}']);
  expect(await logLines(program.ready, "TopicRelay")).toEqual(before);
  const access = (await logLines(program.ready, "signaling-access")).at(-1)?.message ?? "";
  expect(access).toContain('"routeKey":"$default"');
  // CloudWatch Logs adds 26 bytes to each event.
  expect(access.length + 26).toBeGreaterThan(260);
  expect(access.length + 26).toBeLessThanOrEqual(280);
});

const refusalOf = (text: string | undefined) => JSON.parse(text ?? "{}").statusResponse;

test("a connection has 32 topics, and is told when it wants one more", async () => {
  const ada = await join(newChannel(), "ada");
  await subscribed(ada, ...Array.from({ length: 32 }, (_, index) => `topic-${index}`));
  send(ada, { type: "subscribe", topics: ["one-more"] });
  expect(refusalOf((await ada.next(1))[0])).toMatchObject({ code: "too_many_topics", statusCode: "429" });
  send(ada, publish("one-more", "x"));
  expect(refusalOf((await ada.next(1, 1))[0])).toMatchObject({ code: "too_many_topics" });
  await subscribed(ada, "topic-7");
  send(ada, { type: "unsubscribe", topics: ["topic-7"] });
  await eventually("the place is free", async () => {
    const had = ada.received.length;
    send(ada, publish("one-more", "x"));
    const [answer] = await ada.next(1, had);
    return refusalOf(answer) ? undefined : true;
  });
}, 60_000);

test("a topic has 50 subscribers, and the next is told and gets nothing", async () => {
  const channel = newChannel();
  const crowd: RawSocket[] = [];
  // An older connection of a member is a subscriber too, and few members have little to tell each other.
  for (let index = 0; index < 51; index++) crowd.push(await join(channel, `peer-${index % 5}`));
  const [first, ...others] = crowd as [RawSocket, ...RawSocket[]];
  const late = others.pop() as RawSocket;
  // A few at once, each of whom would hear all that follow if they published.
  for (let from = 0; from < others.length; from += 7)
    await areSubscribed(others.slice(from, from + 7), "room");
  expect(await say(first, "room", "full")).toMatchObject({ clients: 50 });
  send(late, { type: "subscribe", topics: ["room"] });
  expect(refusalOf((await late.next(1))[0])).toMatchObject({ code: "topic_full", statusCode: "429" });
  expect(await say(first, "room", "still")).toMatchObject({ clients: 50 });
  expect(late.received).toHaveLength(1);
}, 120_000);
