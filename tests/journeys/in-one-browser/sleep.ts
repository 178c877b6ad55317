import { expect } from "@jest/globals";
import { hearEachOther, journey } from "../journey-pages.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const { page, ready } = journey();
const minutes = 60_000;

whileHoursPass(
  "a viewer that sleeps for an hour is still connected, and can be called",
  ready,
  async function* () {
    const [master, viewer] = await Promise.all([page("stock"), page("stock")]);
    await master.evaluate('join("ada", "sleep", "MASTER")');
    await viewer.evaluate('join("bob", "sleep", "VIEWER")');
    for (let step = 0; step < 12; step += 1) yield 5 * minutes;
    await master.evaluate('calls.call("bob")');
    await hearEachOther({ MASTER: master, bob: viewer });
    for (const each of [master, viewer]) expect(await each.evaluate("[opens, closes]")).toEqual([1, 0]);
  },
);

whileHoursPass(
  "a stock client's call goes on while its connection to signaling ends after two hours",
  ready,
  async function* () {
    const [master, viewer] = await Promise.all([page("stock"), page("stock")]);
    await master.evaluate('join("ada", "long-call", "MASTER", { reconnects: true })');
    await viewer.evaluate('join("bob", "long-call", "VIEWER", { reconnects: true })');
    await viewer.evaluate('calls.call("MASTER")');
    await hearEachOther({ MASTER: master, bob: viewer });
    for (let step = 0; step < 24; step += 1) yield 5 * minutes;
    for (const each of [master, viewer]) await each.waitForFunction("opens === 2");
    await viewer.evaluate('calls.say("MASTER", "still here")');
    await master.waitForFunction('calls.said.includes("bob: still here")');
    // And both are found again under their names.
    await viewer.evaluate('calls.call("MASTER")');
    await master.waitForFunction("calls.opened.length === 2");
  },
);
