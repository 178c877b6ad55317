import { beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { control } from "../control.ts";
import { bundled, exampleUnder, obtainUrlOf } from "../example-page.ts";
import { journey } from "../journey-pages.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const { pageOf, ready } = journey();
let script: string;
let channels = 0;

const main = `
import * as Y from "yjs";
import { obtainUrl } from "./obtain-url.js";
import { share } from "./share.js";

const doc = new Y.Doc();
window.text = doc.getText("text");
window.peers = () => window.provider.room.webrtcConns.size;
window.start = async (user, channel, room, options) => {
  const peerOpts = { config: { iceServers: [] } };
  window.spoiled = false;
  const obtain = async () => {
    const url = await obtainUrl(user, channel, "PEER", user);
    return window.spoiled ? url.slice(0, -1) : url;
  };
  window.provider = await share(room, doc, obtain, { peerOpts, ...options });
};
window.signaling = () => window.provider.signalingConns[0];
`;

beforeAll(async () => {
  script = await bundled({
    "main.js": main,
    "fresh-url.js": exampleUnder("A fresh proof"),
    "obtain-url.js": obtainUrlOf(ready()),
    "share.js": exampleUnder("y-webrtc"),
  });
}, 60_000);

const start = (page: Page, user: string, channel: string, options: object = {}) =>
  page.evaluate(`window.start(...${JSON.stringify([user, channel, "notes", options])})`);

/** In a browser profile of its own, so that no two documents meet without WebRTC. */
async function editor(user: string, channel: string, options: object = {}): Promise<Page> {
  const page = await pageOf(script);
  await start(page, user, channel, options);
  return page;
}

const type = (page: Page, text: string) => page.evaluate(`text.insert(0, ${JSON.stringify(text)})`);
const shows = (page: Page, text: string) =>
  page.waitForFunction(`text.toString().includes(${JSON.stringify(text)})`);
const isOnline = (page: Page) => page.waitForFunction("signaling().connected");

test.each([
  ["in the open", {}],
  ["with a password, so that the server cannot read its frames", { password: "swordfish" }],
])(
  "three browsers edit one document %s",
  async (_, options) => {
    const channel = `notes-${++channels}`;
    const stranger = await editor("mallory", `${channel}-elsewhere`, options);
    const pages = [
      await editor("ada", channel, options),
      await editor("bob", channel, options),
      await editor("cleo", channel, options),
    ];
    for (const [index, page] of pages.entries()) await type(page, `from ${index};`);
    for (const page of pages) for (const index of pages.keys()) await shows(page, `from ${index};`);
    // A room of the same name in another channel is another room.
    expect(await stranger.evaluate("[text.toString(), peers()]")).toEqual(["", 0]);
  },
  90_000,
);

test("two browsers that open a document at the same moment meet", async () => {
  const channel = `notes-${++channels}`;
  const pages = await Promise.all([pageOf(script), pageOf(script)]);
  // Each is subscribed before the announcement of either goes out.
  const slowRead = { service: "dynamodb", operation: "GetItem", match: "topics", latencyMs: 300, times: 2 };
  await control(ready(), "PUT", "/faults", [slowRead]);
  await Promise.all(pages.map((page, index) => start(page, `user-${index}`, channel)));
  for (const [index, page] of pages.entries()) await type(page, `from ${index};`);
  for (const page of pages) for (const index of pages.keys()) await shows(page, `from ${index};`);
  expect(await control(ready(), "GET", "/faults")).toMatchObject({ faults: [{ fired: 2 }] });
  await control(ready(), "DELETE", "/faults");
}, 90_000);

whileHoursPass(
  "after two hours each comes back with a fresh proof, and a newcomer finds them",
  ready,
  async function* () {
    const channel = `notes-${++channels}`;
    const [ada, bob] = [await editor("ada", channel), await editor("bob", channel)];
    await type(ada, "before;");
    await shows(bob, "before;");
    const urls = await Promise.all([ada, bob].map((page) => page.evaluate("signaling().url")));
    yield 2 * 60 * 60 * 1_000;
    for (const [index, page] of [ada, bob].entries()) {
      await page.waitForFunction(
        `signaling().connected && signaling().url !== ${JSON.stringify(urls[index])}`,
      );
    }
    const cleo = await editor("cleo", channel);
    await shows(cleo, "before;");
    await type(cleo, "after;");
    await Promise.all([shows(ada, "after;"), shows(bob, "after;")]);
  },
);

test("whose socket has vanished comes back and is found again, even if the first proof is no good", async () => {
  const channel = `notes-${++channels}`;
  const ada = await editor("ada", channel);
  await isOnline(ada);
  await ada.evaluate("window.spoiled = true");
  const { connections } = (await control(ready(), "GET", "/connections")) as {
    connections: { id: string }[];
  };
  for (const { id } of connections) {
    await control(ready(), "POST", `/connections/${encodeURIComponent(id)}/vanish`, { mode: "gone" });
  }
  await ada.waitForFunction("!signaling().connected && signaling().unsuccessfulReconnects > 0");
  await ada.evaluate("window.spoiled = false");
  await isOnline(ada);
  await type(ada, "still here;");
  await shows(await editor("bob", channel), "still here;");
}, 90_000);
