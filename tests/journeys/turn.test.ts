import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { turnCredentials } from "../../functions/billing/proofs/turn-credentials.ts";
import { startTurnServer, type TurnServer } from "../../local/turn/turn-server.ts";
import { turnserverCommand } from "../turnserver.ts";
import { bundled, exampleUnder } from "./example-page.ts";
import { journey } from "./journey-pages.ts";
import { eventually, logLines, proofFor, userToken } from "./running-program.ts";

const { pageOf, ready, interrupt } = journey(["--turn"]);
const source = (name: string) => readFileSync(join(import.meta.dirname, "pages", name), "utf8");
const secret = "known to this test";
let script: string;
let relay: TurnServer;

beforeAll(async () => {
  relay = await startTurnServer({ command: turnserverCommand(), secret });
  script = await bundled({
    "main.js": source("relayed-page.js"),
    "calls.js": source("calls.js"),
    "fresh-url.js": exampleUnder("A fresh proof"),
    "kvs-client.js": exampleUnder("The KVS client"),
  });
}, 60_000);

afterAll(async () => relay?.stop());

interface Wanted {
  readonly channel: string;
  readonly role: "MASTER" | "VIEWER";
  readonly clientId?: string;
}

async function joined(user: string, wanted: Wanted, protocol: string): Promise<Page> {
  const page = await pageOf(script);
  const given = [ready().billing, await userToken(ready(), user), wanted, protocol].map((each) =>
    JSON.stringify(each),
  );
  await page.evaluate(`join(${given.join(", ")})`);
  return page;
}

test.each(["udp", "tcp"])(
  "two pages that may use no direct way talk over the relay, which they reach by %s",
  async (protocol) => {
    const channel = `strict-${protocol}`;
    const master = await joined("ada", { channel, role: "MASTER" }, protocol);
    const viewer = await joined("bob", { channel, role: "VIEWER", clientId: "bob" }, protocol);
    await viewer.evaluate('calls.call("MASTER")');
    await Promise.all([
      viewer.waitForFunction('calls.opened.includes("MASTER")'),
      master.waitForFunction('calls.opened.includes("bob")'),
    ]);
    await viewer.evaluate('calls.say("MASTER", "hello")');
    await master.waitForFunction('calls.said.includes("bob: hello")');
    expect(await viewer.evaluate('calls.way("MASTER")')).toBe(`relay over ${protocol}`);
    expect(await master.evaluate('calls.way("bob")')).toBe(`relay over ${protocol}`);
  },
  60_000,
);

test.each<[string, string, number, object]>([
  ["takes credentials of its secret", secret, 0, { addresses: 1, refusals: [] }],
  ["refuses those of another secret", "another", 0, { addresses: 0, refusals: [401] }],
  ["refuses those that have ended", secret, -301_000, { addresses: 0, refusals: [401] }],
])(
  "the relay %s",
  async (_, by, later, outcome) => {
    const page = await pageOf(script);
    const urls = relay.urls.slice(0, 1);
    const servers = [turnCredentials({ urls, secret: by }, "ada", Date.now() + later)];
    expect(await page.evaluate(`gather(${JSON.stringify(servers)})`)).toEqual(outcome);
  },
  60_000,
);

test("no log line has credentials, and no other user has the same", async () => {
  const request = { channel: "quiet", role: "VIEWER", clientId: "kim" };
  const [ada, bob] = [
    await proofFor(ready(), "ada", request),
    await proofFor(ready(), "bob", { ...request, clientId: "bob" }),
  ];
  const [server] = ada.iceServers ?? [];
  expect(server?.username).toMatch(/^\d{10}:[0-9a-f]{16}$/);
  expect(server?.username.split(":")[1]).not.toBe(bob.iceServers?.[0]?.username.split(":")[1]);
  const text = (await logLines(ready())).map(({ message }) => message).join("\n");
  expect(text).toContain('"event":"proof"');
  expect(text).not.toContain(server?.credential);
  expect(text).not.toContain(server?.username.split(":")[1]);
});

// The last one, since it ends the program.
test("the relay ends with npm start", async () => {
  const port = Number(/^turn:127\.0\.0\.1:(\d+)$/.exec(ready().turn ?? "")?.[1]);
  const isListening = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("close", () => socket.destroy());
    });
  expect(await isListening()).toBe(true);
  interrupt();
  await eventually("the relay has ended", async () => ((await isListening()) ? undefined : "ended"));
}, 60_000);
