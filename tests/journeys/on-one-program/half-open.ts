import { expect, test } from "@jest/globals";
import { vanishNewest } from "../control.ts";
import { endsIn, type Frame, joinAs, type MemberSocket, nameOf, sdp } from "../member-socket.ts";
import { eventually, linesFromNow } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const program = sharedProgram();
const ready = () => program.ready;
const minutes = 60_000;
const announced = "&synapse=1";

/** The network of the member that came last is gone, and API Gateway does not know. */
const vanish = () => vanishNewest(program.ready, "half-open");

/** What a member has heard of another: each event, with its cause. */
const heard = ({ socket }: MemberSocket, name: string): readonly string[] =>
  socket.received
    .map((text) => JSON.parse(text) as { messageType?: string; event?: string; members?: Frame[] })
    .filter(({ messageType }) => messageType === "PRESENCE")
    .flatMap(({ event, members = [] }) =>
      members
        .filter(({ clientId }) => clientId === name)
        .map(({ cause }) => (cause === undefined ? String(event) : `${event} ${cause}`)),
    );

/** Members who say that they are alive, and answer each keepalive; `settled` when all that they said is noted. */
async function answering(...members: readonly MemberSocket[]): Promise<{ settled: () => Promise<void> }> {
  const lines = await linesFromNow(program.ready, "PeerConnectionHandler");
  let said = 0;
  for (const { socket } of members) {
    const say = () => {
      said += 1;
      socket.socket.send('{"action":"ALIVE"}');
    };
    say();
    socket.socket.on("message", (data) => {
      if (String(data).includes('"KEEPALIVE"')) say();
    });
  }
  const settled = async () => {
    await eventually("every answer is noted", async () =>
      (await lines()).filter(({ message }) => message.includes('"event":"alive"')).length >= said
        ? true
        : undefined,
    );
  };
  await settled();
  return { settled };
}

whileHoursPass(
  "a half-open connection of a client that answers keepalives is gone within twelve minutes, and what comes then waits",
  ready,
  async function* () {
    const channel = "half-open";
    const ada = await joinAs(program.ready, channel, "PEER", "ada", announced);
    const bob = await joinAs(program.ready, channel, "PEER", "bob", announced);
    const { settled } = await answering(ada, bob);
    await vanish();
    // It is taken for a connection that goes on.
    const to = { recipientClientId: "bob" };
    expect(await ada.answerTo(sdp("offer", "o1", to))).toMatchObject({ code: "delivered" });
    let passed = 0;
    for (; passed < 12 && !heard(ada, "bob").includes("left timed_out"); passed += 0.5) {
      yield 0.5 * minutes;
      await settled();
    }
    await eventually("ada hears of it", () => heard(ada, "bob").includes("left timed_out") || undefined);
    expect(heard(ada, "bob").slice(-2)).toEqual(["joined", "left timed_out"]);
    // Not before it had a minute to answer, and ada has answered.
    expect(passed).toBeGreaterThanOrEqual(9.5);
    expect(ada.socket.socket.readyState).toBe(ada.socket.socket.OPEN);

    expect(await ada.answerTo(sdp("offer", "o2", to))).toMatchObject({ code: "queued" });
    const again = await joinAs(program.ready, channel, "PEER", "bob", announced);
    const frames = (await again.nextOnes(2)).toSorted((one, other) =>
      nameOf(one).localeCompare(nameOf(other)),
    );
    expect(frames.map(nameOf)).toEqual(["o2", "PRESENCE"]);
    await eventually("ada is told", () =>
      ada.socket.received.map((text) => JSON.parse(text)).find((frame) => frame.reports && endsIn(frame)),
    );
    for (const { socket } of [ada, again]) socket.socket.close();
  },
);

test("a new connection takes the name of a half-open one at once, and gets the offer that it had not answered", async () => {
  const channel = "half-open-again";
  const viewer = await joinAs(program.ready, channel, "VIEWER", "bob");
  const master = await joinAs(program.ready, channel, "MASTER", undefined, announced);
  await answering(master);
  await vanish();
  expect(await viewer.answerTo(sdp("offer", "o1"))).toMatchObject({ code: "delivered" });
  const again = await joinAs(program.ready, channel, "MASTER", undefined, announced);
  const frames = await again.nextOnes(2);
  expect(frames.map(nameOf).toSorted()).toEqual(["PRESENCE", "o1"]);
}, 60_000);

whileHoursPass(
  "a half-open connection of a stock client seems to be there until its two hours are over",
  ready,
  async function* () {
    const channel = "half-open-stock";
    await joinAs(program.ready, channel, "VIEWER", "bob");
    await vanish();
    yield 60 * minutes;
    const master = await joinAs(program.ready, channel, "MASTER", undefined, announced);
    await eventually("it is present", () => heard(master, "bob").includes("present") || undefined);
    yield 59 * minutes;
    expect(heard(master, "bob")).toEqual(["present"]);
    for (let more = 0; more < 11 && !heard(master, "bob").includes("left gone"); more += 1) {
      yield minutes;
    }
    await eventually("it is gone", () => heard(master, "bob").includes("left gone") || undefined);
    master.socket.socket.close();
  },
);
