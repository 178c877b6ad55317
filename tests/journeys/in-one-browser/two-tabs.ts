import { expect, test } from "@jest/globals";
import { hearEachOther, journey } from "../journey-pages.ts";
import { advanceClock, eventually, linesFromNow } from "../running-program.ts";

const { page, ready } = journey();

/** Counts the handshakes that the access log has from now on. */
async function countHandshakes(): Promise<() => Promise<number>> {
  const lines = await linesFromNow(ready(), "signaling-access");
  return async () => (await lines()).filter(({ message }) => message.includes('"$connect"')).length;
}

async function aMinutePasses(): Promise<void> {
  for (let step = 0; step < 12; step += 1) await advanceClock(ready(), 5_000);
}

test("of two tabs of one stock viewer the newest gets what is sent, and the older one is left in peace", async () => {
  const [master, first, second] = await Promise.all([page("stock"), page("stock"), page("stock")]);
  const handshakes = await countHandshakes();
  await master.evaluate('join("ada", "tabs", "MASTER")');
  await first.evaluate('join("bob", "tabs", "VIEWER", { reconnects: true })');
  await second.evaluate('join("bob", "tabs", "VIEWER", { reconnects: true })');
  await aMinutePasses();
  expect(await handshakes()).toBe(3);
  await master.evaluate('calls.call("bob")');
  await hearEachOther({ MASTER: master, bob: second });
  expect(await first.evaluate("[offers, opens, closes]")).toEqual([0, 1, 0]);

  // Its end takes nothing from the newer one.
  const ends = await linesFromNow(ready(), "PeerConnectionHandler");
  await first.close();
  await eventually("the older tab's end is handled", async () =>
    (await ends()).find(({ message }) => message.includes('"not_current"')),
  );
  await master.evaluate('calls.call("bob")');
  await second.waitForFunction("offers === 2");
}, 120_000);

test("an older tab that knows our protocol is told SUPERSEDED, once, and does not come back", async () => {
  const [watcher, first, second] = await Promise.all([
    page("announced"),
    page("announced"),
    page("announced"),
  ]);
  const handshakes = await countHandshakes();
  await watcher.evaluate('join("ada", "known-tabs")');
  await first.evaluate('join("bob", "known-tabs")');
  await second.evaluate('join("bob", "known-tabs")');
  await first.waitForFunction('told.at(-1)?.messageType === "SUPERSEDED"');
  await aMinutePasses();
  expect(await handshakes()).toBe(3);
  expect(await first.evaluate('told.filter((one) => one.messageType === "SUPERSEDED").length')).toBe(1);
  expect(await second.evaluate('told.some((one) => one.messageType === "SUPERSEDED")')).toBe(false);
  await watcher.evaluate('calls.call("bob")');
  await hearEachOther({ ada: watcher, bob: second });
  expect(await watcher.evaluate("presence()")).toEqual(["joined bob", "left bob superseded", "joined bob"]);
}, 120_000);
