import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { control } from "../control.ts";
import { hearEachOther, journey } from "../journey-pages.ts";
import { advanceClock, logLines } from "../running-program.ts";

const { page, ready } = journey();

/** Two members who know of each other. The second one's socket vanishes, and `$disconnect` never comes. */
async function watcherOfGhost(channel: string): Promise<readonly [watcher: Page, ghost: Page]> {
  const [watcher, ghost] = await Promise.all([page("announced"), page("announced")]);
  await watcher.evaluate(`join("ada", "${channel}")`);
  await ghost.evaluate(`join("bob", "${channel}")`);
  await watcher.waitForFunction('presence().includes("joined bob")');
  const { connections } = (await control(ready(), "GET", "/connections")) as {
    connections: { id: string; connectedAt: number }[];
  };
  const newest = connections.toSorted((one, other) => other.connectedAt - one.connectedAt)[0]?.id ?? "";
  // Else it would ask for a proof, and come back.
  await ghost.context().setOffline(true);
  await control(ready(), "POST", `/connections/${encodeURIComponent(newest)}/vanish`, { mode: "gone" });
  return [watcher, ghost];
}

const disconnects = async () =>
  (await logLines(ready(), "PeerConnectionHandler")).filter(({ message }) =>
    message.includes('"disconnect"'),
  );

async function advanceInSteps(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 30) await advanceClock(ready(), 30_000);
}

test("a member that vanished is gone within its lease, and the others are told", async () => {
  const [watcher] = await watcherOfGhost("ghost");
  const before = (await disconnects()).length;
  await advanceInSteps(8 * 60);
  expect(await watcher.evaluate("presence()")).toEqual(["joined bob"]);
  await advanceInSteps(1.5 * 60);
  await watcher.waitForFunction('presence().includes("left bob gone")');
  expect(await disconnects()).toHaveLength(before);
  expect(await watcher.evaluate("presence()")).toEqual(["joined bob", "left bob gone"]);
}, 120_000);

test("a new page of the user of a member that vanished takes the name at once, and can be called", async () => {
  const [watcher] = await watcherOfGhost("revenant");
  const again = await page("announced");
  await again.evaluate('join("bob", "revenant")');
  await again.waitForFunction('presence().includes("present ada")');
  await watcher.evaluate('calls.call("bob")');
  await hearEachOther({ ada: watcher, bob: again });
  expect(await watcher.evaluate("presence()")).toEqual(["joined bob", "left bob superseded", "joined bob"]);
}, 120_000);
