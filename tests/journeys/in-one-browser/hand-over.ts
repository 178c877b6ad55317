import { afterEach, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { control, putFaults } from "../control.ts";
import { journey } from "../journey-pages.ts";
import { eventually, logLines } from "../running-program.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const { page, ready } = journey();
const minutes = 60_000;

afterEach(() => control(ready(), "DELETE", "/faults"));

/** Sends a numbered frame whenever the one before is answered, until `flows` is false. */
const flow = `
  window.answers = [];
  window.flows = true;
  const payloadOf = (json) => btoa(JSON.stringify(json));
  const next = async (seq) => {
    const frame = seq === 1
      ? { action: "SDP_OFFER", messagePayload: payloadOf({ type: "offer", sdp: "v=0\\r\\na=ice-ufrag:flow\\r\\n" }) }
      : { action: "ICE_CANDIDATE", messagePayload: payloadOf({ candidate: "", usernameFragment: "flow" }) };
    const { code } = await signaling.send({ ...frame, seq, recipientClientId: "ada" });
    answers.push(code);
    if (flows) await next(seq + 1);
  };
  window.flowing = next(1);
`;

const frames = (of: string) => `${of}.filter(({ messagePayload }) => messagePayload).map(({ seq }) => seq)`;

/**
 * Waits until all is noted with which a page, the last that connected, has answered keepalives. What its connection
 * carries is only these, so whether there was one is seen there, before the page itself may know of it.
 */
async function answersOfNewest(): Promise<() => Promise<void>> {
  const connections = async () => {
    const open = (await control(ready(), "GET", "/connections")) as {
      connections: { id: string; connectedAt: number; lastActiveAt: number }[];
    };
    return open.connections;
  };
  const [newest] = (await connections()).toSorted((one, other) => other.connectedAt - one.connectedAt);
  const id = newest?.id ?? "";
  const lastActiveAt = async () => (await connections()).find((each) => each.id === id)?.lastActiveAt;
  // The first is the page's own, when it joins.
  let answers = 0;
  let seen: number | undefined;
  return async () => {
    if ((await lastActiveAt()) === seen) return;
    answers += 1;
    await eventually("every answer is noted", async () => {
      const lines = await logLines(ready(), "PeerConnectionHandler");
      const noted = lines.filter(
        ({ message }) => message.includes('"event":"alive"') && message.includes(id),
      );
      return noted.length >= answers || undefined;
    });
    seen = await lastActiveAt();
  };
}

/** Waits until the sender has had so many more answers. */
async function flowsOn(sender: Page, more = 5): Promise<void> {
  const sofar = Number(await sender.evaluate("answers.length"));
  await sender.waitForFunction(`answers.length >= ${sofar + more}`);
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

whileHoursPass(
  "a connection is renewed before its two hours, and of the frames that flow meanwhile none is lost, doubled or late",
  ready,
  async function* () {
    const [ada, watcher, bob] = await Promise.all([page("announced"), page("announced"), page("announced")]);
    await ada.clock.install();
    await ada.evaluate('join("ada", "hand-over", { answers: false })');
    const settled = await answersOfNewest();
    // Half minutes, so that each keepalive is answered in its minute, as it is where minutes last.
    for (let step = 0; step < 208; step += 1) {
      yield 0.5 * minutes;
      await settled();
    }
    // Younger, so that their own connections stay.
    await watcher.evaluate('join("carol", "hand-over", { answers: false })');
    await bob.evaluate('join("bob", "hand-over", { answers: false })');
    await bob.evaluate(`(() => { ${flow} })()`);
    await flowsOn(bob);

    let waited = 104 * minutes;
    while (!(await ada.evaluate('sockets[0].received.some((one) => one.messageType === "GO_AWAY")'))) {
      expect(waited).toBeLessThan(117 * minutes);
      yield 20_000;
      waited += 20_000;
    }
    expect(waited).toBeGreaterThanOrEqual(105 * minutes);
    await ada.waitForFunction("sockets[1]?.readyState === WebSocket.OPEN");
    await flowsOn(bob);
    // What an instance knows of a connection it knows for five seconds.
    yield 6_000;
    await ada.waitForFunction("sockets[1].received.some(({ messagePayload }) => messagePayload)");
    await ada.clock.fastForward(10_000);
    await ada.waitForFunction("sockets[0].readyState === WebSocket.CLOSED");
    await flowsOn(bob);
    await bob.evaluate("window.flows = false; window.flowing");

    const answers = (await bob.evaluate("answers")) as string[];
    expect([...new Set(answers)]).toEqual(["delivered"]);
    const sent = upTo(answers.length);
    await ada.waitForFunction(`${frames("told")}.length >= ${sent.length}`);
    expect(await ada.evaluate(frames("told"))).toEqual(sent);
    const [first, second] = (await ada.evaluate(
      `sockets.map(({ received }) => ${frames("received")})`,
    )) as number[][];
    // On a busy machine a post may time out and be repeated, with its id: the client then tells it once, as above.
    const arrived = [...(first ?? []), ...(second ?? [])];
    expect([...new Set(arrived)]).toEqual(sent);
    expect(arrived.length).toBeLessThanOrEqual(sent.length + 2);
    expect(second?.length).toBeGreaterThan(0);
    // Nobody was told that ada left or came.
    for (const other of [watcher, bob]) {
      const told = (await other.evaluate("presence()")) as string[];
      expect(told.filter((one) => one.endsWith("ada"))).toEqual(["present ada"]);
      expect(told.filter((one) => one.startsWith("left"))).toEqual([]);
    }
  },
);

test("while invocations die after they have posted, numbered frames arrive once, in order, and each is answered", async () => {
  const [ada, bob] = await Promise.all([page("announced"), page("announced")]);
  await ada.evaluate('join("ada", "deaths", { answers: false })');
  await bob.clock.install();
  await bob.evaluate('join("bob", "deaths", { answers: false })');
  await bob.evaluate(`(() => { ${flow} })()`);
  await flowsOn(bob);
  const error = { name: "ServiceException", status: 500 };
  // Invocations of the flow's frames, not of their receipts.
  const rule = { service: "lambda", operation: "Invoke", match: "ICE_CANDIDATE", after: true, error };
  for (let death = 1; death <= 3; death += 1) {
    await putFaults(ready(), { ...rule, times: 1 });
    await bob.waitForFunction(
      `sockets[0].received.filter(({ message }) => message === "Internal server error").length === ${death}`,
    );
    await bob.clock.fastForward(7_000);
    await flowsOn(bob, 1);
  }
  await bob.evaluate("window.flows = false; window.flowing");
  const sent = upTo(Number(await bob.evaluate("answers.length")));
  await ada.waitForFunction(`${frames("told")}.length >= ${sent.length}`);
  expect(await ada.evaluate(frames("told"))).toEqual(sent);
  // The server itself recognises what comes again.
  expect(await ada.evaluate(frames("sockets[0].received"))).toEqual(sent);
}, 120_000);
