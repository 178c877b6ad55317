import { expect, test } from "@jest/globals";
import { longestTopic, topicsPerConnection } from "../../functions/signaling/topic-frame.ts";
import { subscribersPerTopic } from "../../functions/signaling/topic-rows.ts";
import { columns, tableUnder, textOf } from "./document.ts";

const page = textOf("docs/clients.md");
const packages = (JSON.parse(textOf("package.json")) as { devDependencies: Record<string, string> })
  .devDependencies;

test("the families are those whose packages the tests install, in their versions", () => {
  const families = columns(tableUnder("docs/clients.md", "Clients"), 1).flat();
  expect(families.map((cell) => /^`([^`]+)` ([\d.]+)/.exec(cell)?.slice(1))).toEqual([
    ["amazon-kinesis-video-streams-webrtc", packages["amazon-kinesis-video-streams-webrtc"]],
    ["y-webrtc", packages["y-webrtc"]],
    ["simple-peer", packages["simple-peer"]],
  ]);
});

test("the limits of topics are those of the code", () => {
  const rows = /\| Limit \|.*\n.*\n((?:\|.*\n)+)/.exec(page)?.[1] ?? "";
  expect(
    [...rows.matchAll(/^\| ([^|]+) \| (\d+) \|/gm)].map(([, what, value]) => [what, Number(value)]),
  ).toEqual([
    ["Topics of a connection", topicsPerConnection],
    ["Subscribers of a topic", subscribersPerTopic],
    ["Bytes of a topic's name", longestTopic],
  ]);
});

test("simple-peer's lines are fewer than thirty", () => {
  const code = /^## simple-peer$[\s\S]*?```js\n([\s\S]*?)```/m.exec(page)?.[1] ?? "";
  expect(code).toContain("peerOver");
  expect(code.trim().split("\n").length).toBeLessThan(30);
});

const costs = () => tableUnder("docs/clients.md", "What its pings cost").map((row) => [...row]);
const numberIn = (cell = ""): number => Number(/[\d.]+/.exec(cell.replaceAll(",", ""))?.[0]);

test("a month of pings is counted by the interval of the client's own source", () => {
  const source = textOf("node_modules/lib0/websocket.js");
  const timeout = Number(/const messageReconnectTimeout = (\d+)/.exec(source)?.[1]);
  expect(source).toContain("setTimeout(sendPing, messageReconnectTimeout / 2)");
  const pings = (730 * 60 * 60 * 1_000) / (timeout / 2);
  const quantities = new Map(
    costs().map(([what = "", quantity]) => [what.split(",")[0], numberIn(quantity)]),
  );
  expect(Object.fromEntries(quantities)).toMatchObject({
    "Connection minutes": 730 * 60,
    "Pings in": pings,
    "Answers out": pings,
    Invocations: pings,
    "Their time": pings * 0.25,
    "Access log": (pings * 280) / 1_000_000,
    Keepalives: Math.round((730 * 60) / 8.5),
  });
});

test("each cost is its quantity at its price, and the sum is theirs", () => {
  const rows = costs();
  const units: Readonly<Record<string, number>> = {
    "a million": 1e6,
    "a thousand": 1e3,
    "a thousand million": 1e9,
  };
  const exact = rows.slice(0, -1).map(([, quantity, price = "", cost]) => {
    const each = numberIn(price) / (units[price.replace(/^[\d.]+ /, "")] ?? Number.NaN);
    expect(cost).toBe((numberIn(quantity) * each).toFixed(3));
    return numberIn(quantity) * each;
  });
  expect(rows.at(-1)).toEqual(["Sum", "", "", exact.reduce((sum, cost) => sum + cost, 0).toFixed(3)]);
  const ofKvs = (exact[0] ?? 0) + (exact[6] ?? 0);
  expect(page).toContain(`costs the first and the last but one of these: ${ofKvs.toFixed(3)}.`);
});
