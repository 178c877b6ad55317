import { beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { bundled, exampleUnder, obtainUrlOf } from "../example-page.ts";
import { journey } from "../journey-pages.ts";

const { pageOf, ready } = journey();
let script: string;

const main = `
import { obtainUrl } from "./obtain-url.js";
import { peerOver } from "./peer-over.js";

const peers = {};
window.said = [];
window.failures = [];
window.join = async (user, channel) => {
  window.socket = new WebSocket(await obtainUrl(user, channel, "PEER", user));
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
};
const sound = () => new AudioContext().createMediaStreamDestination().stream;
window.meet = (remoteId, initiator, options) => {
  const given = options === "with sound" ? { stream: sound() } : options;
  const peer = peerOver(socket, remoteId, { ...given, initiator, config: { iceServers: [] } });
  peers[remoteId] = peer;
  peer.on("data", (data) => said.push(remoteId + ": " + new TextDecoder().decode(data)));
  peer.on("error", (error) => failures.push(error.message));
};
window.connected = (remoteId) => peers[remoteId].connected;
window.say = (remoteId, text) => peers[remoteId].send(text);
window.addSound = (remoteId) => peers[remoteId].addStream(sound());
window.tracks = (remoteId) => peers[remoteId]._remoteTracks.length;
`;

beforeAll(async () => {
  script = await bundled({
    "main.js": main,
    "fresh-url.js": exampleUnder("A fresh proof"),
    "obtain-url.js": obtainUrlOf(ready()),
    "peer-over.js": exampleUnder("simple-peer"),
  });
}, 60_000);

async function joined(user: string, channel: string): Promise<Page> {
  const page = await pageOf(script);
  await page.evaluate(`join("${user}", "${channel}")`);
  return page;
}

/** Of two the one whose name comes first calls the other. */
async function meet(pages: Readonly<Record<string, Page>>): Promise<void> {
  const names = Object.keys(pages).sort();
  // Who is called must listen before the offer comes.
  const inOrder = names.flatMap((name) =>
    names.filter((other) => other !== name).map((other) => [name, other]),
  );
  for (const initiates of [false, true]) {
    for (const [name = "", other = ""] of inOrder) {
      if (name < other === initiates) await pages[name]?.evaluate(`meet("${other}", ${initiates})`);
    }
  }
  for (const [name = "", other = ""] of inOrder) await pages[name]?.waitForFunction(`connected("${other}")`);
}

test("two pages connect and talk, both ways", async () => {
  const [ada, bob] = [await joined("ada", "pair"), await joined("bob", "pair")];
  await meet({ ada, bob });
  await ada.evaluate('say("bob", "hello bob")');
  await bob.evaluate('say("ada", "hello ada")');
  await bob.waitForFunction('said.includes("ada: hello bob")');
  await ada.waitForFunction('said.includes("bob: hello ada")');
  expect(await Promise.all([ada, bob].map((page) => page.evaluate("failures")))).toEqual([[], []]);
}, 60_000);

test("three pages make a mesh, in which each hears each", async () => {
  const pages = {
    ada: await joined("ada", "mesh"),
    bob: await joined("bob", "mesh"),
    cleo: await joined("cleo", "mesh"),
  };
  await meet(pages);
  for (const [name, page] of Object.entries(pages)) {
    for (const other of Object.keys(pages)) {
      if (other !== name) await page.evaluate(`say("${other}", "from ${name}")`);
    }
  }
  for (const [name, page] of Object.entries(pages)) {
    await page.waitForFunction("said.length === 2");
    const others = Object.keys(pages).filter((other) => other !== name);
    expect(((await page.evaluate("said")) as string[]).toSorted()).toEqual(
      others.map((other) => `${other}: from ${other}`),
    );
    expect(await page.evaluate("failures")).toEqual([]);
  }
}, 90_000);

test("the initiator adds sound to an open connection", async () => {
  const [ada, bob] = [await joined("ada", "sound"), await joined("bob", "sound")];
  await meet({ ada, bob });
  await ada.evaluate('addSound("bob")');
  await bob.waitForFunction('tracks("ada") === 1');
  expect(await ada.evaluate("failures")).toEqual([]);
}, 60_000);

test("whoever is not the initiator cannot, and is told why", async () => {
  const [ada, bob] = [await joined("ada", "refusal"), await joined("bob", "refusal")];
  await meet({ ada, bob });
  await bob.evaluate('addSound("ada")');
  await bob.waitForFunction("failures.length === 1");
  expect(await bob.evaluate("failures")).toEqual([
    "only the initiator may negotiate anew, not by renegotiate",
  ]);
}, 60_000);

test("whoever is not the initiator gives sound from the start, when the initiator offers to hear it", async () => {
  const [ada, bob] = [await joined("ada", "heard"), await joined("bob", "heard")];
  await bob.evaluate('meet("ada", false, "with sound")');
  await ada.evaluate('meet("bob", true, { offerOptions: { offerToReceiveAudio: true } })');
  await ada.waitForFunction('connected("bob") && tracks("bob") === 1');
  expect(await bob.evaluate("failures")).toEqual([]);
}, 60_000);
