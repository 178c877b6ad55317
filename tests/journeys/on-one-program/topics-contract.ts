import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort } from "../../../local/loopback/free-port.ts";
import { openSocket, type RawSocket } from "../raw-socket.ts";
import { eventually, proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
let original: ChildProcess;
let originalUrl: string;

beforeAll(async () => {
  const port = await freePort();
  const script = join(import.meta.dirname, "..", "..", "..", "node_modules", "y-webrtc", "bin", "server.js");
  original = spawn(process.execPath, [script], { env: { ...process.env, PORT: String(port) } });
  originalUrl = `ws://127.0.0.1:${port}`;
  await once(original.stdout ?? original, "data");
}, 60_000);

afterAll(async () => {
  original?.kill();
});

async function socketAt(url: string): Promise<RawSocket> {
  const opened = await openSocket(url);
  if ("socket" in opened) return opened;
  throw new Error(`the handshake was refused: ${opened.status}`);
}

const servers = {
  "y-webrtc's own server": () => socketAt(originalUrl),
  "the topic relay": async (clientId: string) => {
    const { url, proof } = await proofFor(program.ready, clientId, {
      channel: "topics-room",
      role: "VIEWER",
      clientId,
    });
    return socketAt(`${url}?proof=${proof}`);
  },
};

const send = ({ socket }: RawSocket, frame: object) => socket.send(JSON.stringify(frame));

/** Sends a frame and gives the next one that comes back. */
async function ask(peer: RawSocket, frame: object): Promise<unknown> {
  const had = peer.received.length;
  send(peer, frame);
  return JSON.parse((await peer.next(1, had))[0] ?? "");
}

describe.each(Object.entries(servers))("%s", (_, join) => {
  test("answers a ping", async () => {
    expect(await ask(await join("ping"), { type: "ping" })).toEqual({ type: "pong" });
  });

  test("sends what is published to every subscriber, the publisher too, with their number", async () => {
    const [ada, bob, eve] = [await join("ada"), await join("bob"), await join("eve")];
    for (const peer of [ada, bob]) {
      send(peer, { type: "subscribe", topics: ["notes", "more"] });
      await ask(peer, { type: "publish", topic: "notes" });
    }
    await ada.next(2);
    send(eve, { type: "subscribe", topics: ["other"] });
    await ask(eve, { type: "publish", topic: "other" });
    const data = { to: "é", signal: [null, 1.5, { __proto__: 1 }] };
    const frame = { type: "publish", topic: "notes", data, clients: "nobody" };
    const had = bob.received.length;
    expect(await ask(ada, frame)).toEqual({ ...frame, clients: 2 });
    expect(JSON.parse((await bob.next(1, had))[0] ?? "")).toEqual({ ...frame, clients: 2 });
    expect(eve.received).toHaveLength(1);
  });

  test("sends nothing more to who has unsubscribed", async () => {
    const [ada, bob] = [await join("ada-2"), await join("bob-2")];
    for (const peer of [ada, bob]) {
      send(peer, { type: "subscribe", topics: ["leave"] });
      await ask(peer, { type: "publish", topic: "leave" });
    }
    await ada.next(2);
    send(bob, { type: "unsubscribe", topics: ["leave", "never-joined"] });
    let clients: unknown = 2;
    for (let tries = 0; clients !== 1 && tries < 100; tries++) {
      ({ clients } = (await ask(ada, { type: "publish", topic: "leave", last: false })) as {
        clients: number;
      });
    }
    expect(clients).toBe(1);
    expect(await ask(ada, { type: "publish", topic: "leave", last: true })).toMatchObject({ clients: 1 });
    send(bob, { type: "ping" });
    await eventually("the answer to the ping", () => bob.received.at(-1) === '{"type":"pong"}' || undefined);
    expect(bob.received.filter((text) => JSON.parse(text).last)).toEqual([]);
  });

  test("says nothing to a subscription, nor to its end, nor to no topics at all", async () => {
    const ada = await join("ada-3");
    send(ada, { type: "subscribe", topics: ["quiet"] });
    send(ada, { type: "subscribe", topics: [] });
    send(ada, { type: "unsubscribe", topics: ["quiet"] });
    await ask(ada, { type: "ping" });
    expect(ada.received).toEqual(['{"type":"pong"}']);
  });
});
