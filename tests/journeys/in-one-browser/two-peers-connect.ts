import { expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { journey } from "../journey-pages.ts";
import { logLines, proofFor } from "../running-program.ts";

const { consolePage, ready } = journey();

const panel = (page: Page, role: "master" | "viewer") => page.getByTestId(`${role}-panel`);
const isOpen = (peer: Locator) => peer.and(peer.page().locator("[data-state=open]")).waitFor();

async function say(peer: Locator, text: string): Promise<void> {
  await peer.getByTestId("chat-input").fill(text);
  await peer.getByTestId("chat-send").click();
}

/** Action or message type of each frame, in the order of its row. */
const frames = (peer: Locator, direction: "sent" | "received") =>
  peer
    .locator(`[data-testid=frame][data-direction=${direction}]`)
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-kind")));

test("two tabs open a data channel through the running program and talk over it", async () => {
  const first = await consolePage();
  const opened = first.context().waitForEvent("page");
  await first.getByTestId("second-tab").click();
  const second = await opened;
  const master = panel(first, "master");
  const viewer = panel(second, "viewer");
  await master.getByTestId("connect").click();
  await viewer.getByTestId("connect").click();
  await Promise.all([isOpen(master), isOpen(viewer)]);
  await say(viewer, "hello from the viewer");
  await master.getByText("hello from the viewer").waitFor();
  await say(master, "hello from the master");
  await viewer.getByText("hello from the master").waitFor();
  expect(await frames(viewer, "sent")).toContain("SDP_OFFER");
  expect(await frames(viewer, "received")).toContain("SDP_ANSWER");
  expect(await frames(master, "received")).toContain("SDP_OFFER");
  expect(await frames(master, "sent")).toContain("SDP_ANSWER");
}, 60_000);

test("two peers in one page connect with one button", async () => {
  const complaints: string[] = [];
  const page = await consolePage((opening) => {
    opening.on("pageerror", (error) => complaints.push(String(error)));
    opening.on("console", (message) => complaints.push(message.text()));
  });
  await page.getByTestId("connect-both").click();
  await Promise.all([isOpen(panel(page, "master")), isOpen(panel(page, "viewer"))]);
  await say(panel(page, "viewer"), "one page is enough");
  await panel(page, "master").getByText("one page is enough").waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test("a proof used twice is refused, and the page says why", async () => {
  const page = await consolePage();
  await page.getByTestId("replay-proof").click();
  const result = page.getByTestId("replay-result");
  await result.getByText("proof_used").waitFor();
  expect(await result.textContent()).toContain("1006");
}, 60_000);

test("nothing of a call is in the logs: no SDP, no candidate, no proof, no token", async () => {
  const { proof } = await proofFor(ready(), "alice", { channel: "secret", role: "MASTER" });
  const text = (await logLines(ready())).map(({ message }) => message).join("\n");
  expect(text).toContain("SDP_OFFER");
  expect(text).not.toMatch(/v=0|a=candidate|candidate:|proof=|eyJ[\w-]{20}/);
  expect(text).not.toContain(proof);
});
