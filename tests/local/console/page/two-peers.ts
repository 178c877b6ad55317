import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { openConsole } from "../../../journeys/open-console.ts";
import { openedPages } from "./opened-page.ts";

const { blankPage, stack } = openedPages();
let page: Page;
/** Where the page asked for something, and what it complained about. */
let origins: Set<string>;
let complaints: string[];

const panel = (role: "master" | "viewer", of: Page = page) => of.getByTestId(`${role}-panel`);
const reaches = (locator: Locator, state: string) =>
  locator.and(locator.page().locator(`[data-state=${state}]`)).waitFor();

async function connectBoth(): Promise<void> {
  await page.getByTestId("connect-both").click();
  await Promise.all([reaches(panel("master"), "open"), reaches(panel("viewer"), "open")]);
}

const kinds = (role: "master" | "viewer", direction: string) =>
  panel(role)
    .locator(`[data-testid=frame][data-direction=${direction}]`)
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-kind")));

describe("two peers", () => {
  // One page for all: each test opens it anew, and nothing of the last one is left.
  beforeAll(async () => {
    page = await blankPage();
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => complaints.push(message.text()));
  });
  beforeEach(async () => {
    origins = new Set();
    complaints = [];
    await openConsole(page, stack().console.url);
  });
  afterEach(() => stack().cutSockets(1001));
  afterAll(() => page.context().close());

  test("connects both peers with one button and carries what they say", async () => {
    await connectBoth();
    await panel("viewer").getByTestId("chat-input").fill("Hello <b>master</b>");
    await panel("viewer").getByTestId("chat-send").click();
    await panel("master").getByText("Hello <b>master</b>").waitFor();
    await panel("master").getByTestId("chat-input").fill("Hello viewer");
    await panel("master").getByTestId("chat-input").press("Enter");
    await panel("viewer").getByText("Hello viewer").waitFor();
    expect(await panel("viewer").getByTestId("chat-log").textContent()).toContain("master");
    expect(await panel("viewer").getByTestId("step-channel").textContent()).toMatch(/^Data channel\d+ ms$/);
    expect(complaints).toEqual([]);
  }, 60_000);

  test("loads everything from its own server, and reads only the services of this start", async () => {
    await connectBoth();
    const loopback = [...origins].filter((origin) => !/^http:\/\/127\.0\.0\.1:\d+$|^null$/.test(origin));
    expect(loopback).toEqual([]);
    const scripts = await page.evaluate(() => [...document.scripts].map(({ src }) => new URL(src).origin));
    expect(new Set(scripts)).toEqual(new Set([stack().console.origin]));
  }, 60_000);

  test("shows each frame with its direction, and what is inside when it is opened", async () => {
    await connectBoth();
    await panel("viewer").locator("[data-kind=SDP_ANSWER]").waitFor();
    const sent = await kinds("viewer", "sent");
    expect(sent[0]).toBe("SDP_OFFER");
    expect(new Set(sent.slice(1))).toEqual(new Set(["ICE_CANDIDATE"]));
    expect(await kinds("viewer", "received")).toContain("SDP_ANSWER");
    expect((await kinds("master", "received"))[0]).toBe("SDP_OFFER");
    expect(await kinds("master", "sent")).toContain("SDP_ANSWER");

    const offer = panel("viewer").locator("[data-kind=SDP_OFFER]");
    expect(await offer.locator("summary").textContent()).toMatch(/^\d+ ms→SDP_OFFERto master[\d,]+ B$/);
    expect(await offer.locator("pre").isVisible()).toBe(false);
    await offer.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await offer.locator("pre").textContent()).toContain(
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    );
  }, 60_000);

  test("shows what a second use of a proof gives, and the cause from the service's log", async () => {
    await page.getByTestId("replay-proof").click();
    await page.locator("[data-result=logged]").waitFor();
    const lines = page.getByTestId("replay-result").getByRole("listitem");
    expect(await lines.evaluateAll((all) => all.map((line) => line.getAttribute("data-result")))).toEqual([
      "proof",
      "opened",
      "refused",
      "logged",
    ]);
    expect(await lines.nth(2).textContent()).toContain("only close code 1006");
    expect(await lines.nth(3).textContent()).toBe(
      "The service logged proof_used: the proof was used before.",
    );
  }, 60_000);

  test("says in words why it got no proof, and lets one try again", async () => {
    stack().refuseNextProof(403, { code: "channel_taken", detail: "Another subject owns this channel." });
    await panel("master").getByTestId("connect").click();
    await reaches(panel("master"), "failed");
    expect(await panel("master").getByRole("alert").textContent()).toBe(
      "The billing API refused: Another subject owns this channel. (403 channel_taken)",
    );
    await panel("master").getByTestId("connect").click();
    await reaches(panel("master"), "waiting");
    expect(await panel("master").getByRole("alert").isVisible()).toBe(false);
  }, 60_000);

  test("says in words why a proof did not let it in", async () => {
    stack().refuseNextProof(201, { proof: "never-issued", url: stack().signalingUrl });
    await panel("master").getByTestId("connect").click();
    await panel("master").getByText("The service logged proof_unknown: there is no such proof.").waitFor();
    expect(await panel("master").getByTestId("state").textContent()).toBe("Refused");
  }, 60_000);

  test("says in words that the service refused a frame", async () => {
    await panel("viewer").getByTestId("connect").click();
    await panel("viewer")
      .getByText("There is no such peer. (recipient_invalid 400)", { exact: false })
      .first()
      .waitFor();
    expect(await panel("viewer").getByTestId("state").textContent()).toBe("Waiting for the master");
  }, 60_000);

  test("tells a peer that the other one left, and that its own connection was cut", async () => {
    await connectBoth();
    await panel("viewer").getByTestId("disconnect").click();
    await panel("master").getByText("bob-1 left.").waitFor();
    await reaches(panel("master"), "waiting");
    expect(await panel("master").getByTestId("chat-input").isDisabled()).toBe(true);
    stack().cutSockets(1009);
    await panel("master").getByText("a frame was over 32 KB", { exact: false }).waitFor();
    await reaches(panel("master"), "closed");
  }, 60_000);

  test("loses no candidate that overtakes the offer of a viewer that reconnects", async () => {
    await connectBoth();
    await panel("viewer").getByTestId("disconnect").click();
    await panel("master").getByText("bob-1 left.").waitFor();
    await panel("master").getByRole("button", { name: "Clear" }).click();
    await page.evaluate(() => {
      document.body.dataset.added = "0";
      const { addIceCandidate } = RTCPeerConnection.prototype;
      // Counts the candidates that reach the very connection they belong to.
      RTCPeerConnection.prototype.addIceCandidate = new Proxy(addIceCandidate, {
        apply: async (target, connection: RTCPeerConnection, details: [RTCIceCandidateInit]) => {
          await Reflect.apply(target, connection, details);
          const ufrag = `a=ice-ufrag:${details[0].usernameFragment}`;
          const isOwn = connection.remoteDescription?.sdp.includes(ufrag);
          if (isOwn) document.body.dataset.added = String(Number(document.body.dataset.added) + 1);
        },
      });
    });
    stack().holdNextOffer();
    await panel("viewer").getByTestId("connect").click();
    await Promise.all([reaches(panel("master"), "open"), reaches(panel("viewer"), "open")]);
    expect((await kinds("master", "received"))[0]).toBe("ICE_CANDIDATE");
    await page.waitForFunction(
      () =>
        document.body.dataset.added ===
        String(document.querySelectorAll("[data-kind=ICE_CANDIDATE][data-direction=received]").length),
    );
    expect(await panel("master").getByRole("alert").isVisible()).toBe(false);
  }, 60_000);

  test("opens the viewer alone in a second tab, which joins the same call", async () => {
    await panel("viewer").getByTestId("channel").fill("room-7");
    await panel("master").getByTestId("channel").fill("room-7");
    await connectBoth();
    const [tab] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByTestId("second-tab").click(),
    ]);
    await tab.getByTestId("connect").click();
    await reaches(panel("viewer", tab), "open");
    expect(await tab.getByTestId("master-panel").count()).toBe(0);
    expect(await panel("viewer", tab).getByTestId("channel").inputValue()).toBe("room-7");

    await panel("master").getByTestId("chat-input").fill("To all viewers");
    await panel("master").getByTestId("chat-input").press("Enter");
    await panel("viewer", tab).getByText("To all viewers").waitFor();
    await panel("viewer").getByText("To all viewers").waitFor();
    await panel("viewer", tab).getByTestId("disconnect").click();
    await panel("master").getByText("bob-1-tab left.").waitFor();
    await tab.close();
    expect(await panel("master").getAttribute("data-state")).toBe("open");
    expect(await panel("master").getByTestId("chat-input").isEnabled()).toBe(true);
  }, 60_000);

  test("asks for a missing field where it is missing", async () => {
    await panel("viewer").getByTestId("client-id").fill(" ");
    await panel("viewer").getByTestId("connect").click();
    expect(await panel("viewer").getByRole("alert").textContent()).toBe("Every field needs a value.");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("clientId");
  }, 60_000);

  test("names each panel and field for a screen reader, and tells its state aloud", async () => {
    for (const role of ["Master", "Viewer"]) {
      const region = page.getByRole("region", { name: role, exact: true });
      for (const field of ["User name", "Channel", "Message"]) {
        await region.getByRole("textbox", { name: field, exact: true }).waitFor();
      }
      expect(await region.getByRole("status").textContent()).toBe("Not connected");
    }
  }, 60_000);

  test("counts the AWS resources that the program declared", async () => {
    await page.getByText("Local cloud: 2 AWS resources", { exact: true }).waitFor();
  }, 60_000);

  test("fits a phone", async () => {
    const desk = page.viewportSize() ?? { width: 1280, height: 720 };
    await page.setViewportSize({ width: 360, height: 740 });
    await connectBoth();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.setViewportSize(desk);
    expect(width).toBe(360);
  }, 60_000);

  test("connects once when the button is pressed twice", async () => {
    await panel("master").getByTestId("connect").dblclick();
    await reaches(panel("master"), "waiting");
    await panel("viewer").getByTestId("connect").click();
    await reaches(panel("viewer"), "open");
    await reaches(panel("master"), "open");
    expect(stack().openSockets()).toBe(2);
  }, 60_000);
});
