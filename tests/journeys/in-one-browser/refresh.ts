import { expect, test } from "@jest/globals";
import { hearEachOther, journey } from "../journey-pages.ts";
import { eventually, linesFromNow } from "../running-program.ts";

const { page, reload, ready } = journey();

test("a master that refreshes in the middle of an offer gets it again and connects, while the viewer does nothing", async () => {
  const [master, viewer] = await Promise.all([page("stock"), page("stock")]);
  await master.evaluate('join("ada", "refresh", "MASTER", { silent: true })');
  await viewer.evaluate('join("bob", "refresh", "VIEWER")');
  await viewer.evaluate('calls.call("MASTER")');
  await master.waitForFunction("offers === 1");
  expect(await viewer.evaluate("calls.opened")).toEqual([]);
  await reload(master, "stock");
  await master.evaluate('join("ada", "refresh", "MASTER", { silent: true })');
  await master.waitForFunction("offers === 1");
  // And once more.
  await reload(master, "stock");
  await master.evaluate('join("ada", "refresh", "MASTER")');
  await hearEachOther({ MASTER: master, bob: viewer });
  // One page gets it once, and the viewer has neither offered nor connected again.
  expect(await master.evaluate("offers")).toBe(1);
  expect(await viewer.evaluate("[opens, closes]")).toEqual([1, 0]);
}, 120_000);

test("an offer that comes while the master's page is reloading waits for it", async () => {
  const [master, viewer] = await Promise.all([page("stock"), page("stock")]);
  await master.evaluate('join("ada", "away", "MASTER", { silent: true })');
  await viewer.evaluate('join("bob", "away", "VIEWER")');
  const ends = await linesFromNow(ready(), "PeerConnectionHandler");
  const relayed = await linesFromNow(ready(), "RelayServer");
  await master.goto("about:blank");
  await eventually("the master is known to have left", async () =>
    (await ends()).find(({ message }) => message.includes('"outcome":"disconnected"')),
  );
  await viewer.evaluate('calls.call("MASTER")');
  await eventually("the offer waits", async () =>
    (await relayed()).find(({ message }) => message.includes('"SDP_OFFER"') && message.includes('"absent"')),
  );
  await master.goBack();
  await reload(master, "stock");
  await master.evaluate('join("ada", "away", "MASTER")');
  await hearEachOther({ MASTER: master, bob: viewer });
  expect(await master.evaluate("offers")).toBe(1);
}, 120_000);
