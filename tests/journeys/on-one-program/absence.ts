import { expect, test } from "@jest/globals";
import { candidate, endsIn, joinAs, nameOf, sdp } from "../member-socket.ts";
import { advanceClock } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
let channels = 0;

const newChannel = () => `absence-${++channels}`;
const join = (
  ...[channel, role, clientId, query]: [string, "MASTER" | "VIEWER" | "PEER", string?, string?]
) => joinAs(program.ready, channel, role, clientId, query);

/** One who was told who is there: who comes after that hears of it once, and not as one who just joins too. */
async function joinAsPeer(channel: string, clientId: string) {
  const peer = await join(channel, "PEER", clientId);
  expect(await peer.next()).toMatchObject({ messageType: "PRESENCE", event: "present" });
  return peer;
}

test("an offer and its candidates wait for an absent master, and come in order when it is there", async () => {
  const channel = newChannel();
  const viewer = await join(channel, "VIEWER", "bob");
  const sent = [sdp("offer", "o1"), ...["c1", "c2", "c3"].map((name) => candidate(name, "o1"))];
  for (const frame of sent) {
    expect(await viewer.answerTo(frame)).toMatchObject({ success: true, statusCode: "202", code: "queued" });
  }
  const master = await join(channel, "MASTER");
  const arrived = await master.nextOnes(4);
  expect(arrived.map(nameOf)).toEqual(["o1", "c1", "c2", "c3"]);
  expect(arrived.map(({ senderClientId }) => senderClientId)).toEqual(["bob", "bob", "bob", "bob"]);
  expect(await viewer.next()).toEqual({
    messageType: "DELIVERY_REPORT",
    reports: ["o1", "c1", "c2", "c3"].map((correlationId, index) => ({
      recipientClientId: "MASTER",
      correlationId,
      frameId: arrived[index]?.frameId,
      code: "delivered",
    })),
  });
  expect(await viewer.answerTo(candidate("c4", "o1"))).toMatchObject({ code: "delivered" });
  expect(nameOf(await master.next())).toBe("c4");
  expect(master.unread).toEqual([]);
}, 60_000);

test("a newer offer replaces the one that waits, with its candidates, and the sender is told so", async () => {
  const channel = newChannel();
  const viewer = await join(channel, "VIEWER", "bob");
  await viewer.answerTo(sdp("offer", "old1"));
  await viewer.answerTo(candidate("of-old", "old1"));
  expect(await viewer.answerTo(sdp("offer", "new1"))).toMatchObject({ code: "queued" });
  expect(endsIn(await viewer.next())).toEqual([
    ["old1", "superseded"],
    ["of-old", "superseded"],
  ]);
  expect(await viewer.answerTo(candidate("late", "old1"))).toMatchObject({
    success: false,
    code: "superseded",
  });
  const master = await join(channel, "MASTER");
  expect(nameOf(await master.next())).toBe("new1");
  expect(endsIn(await viewer.next())).toEqual([["new1", "delivered"]]);
  await viewer.answerTo(candidate("last", "new1"));
  expect(nameOf(await master.next())).toBe("last");
  expect(master.unread).toEqual([]);
}, 60_000);

test("what nobody came for expires, and its sender is told within a minute", async () => {
  const channel = newChannel();
  const viewer = await join(channel, "VIEWER", "bob");
  await viewer.answerTo(sdp("offer", "o1"));
  await viewer.answerTo(candidate("c1", "o1"));
  await advanceClock(program.ready, 55_000);
  expect(viewer.unread).toEqual([]);
  for (let second = 55; second < 121; second += 6) await advanceClock(program.ready, 6_000);
  expect(endsIn(await viewer.next())).toEqual([
    ["o1", "expired"],
    ["c1", "expired"],
  ]);
  expect(await viewer.answerTo(candidate("late", "o1"))).toMatchObject({ success: false, code: "expired" });
  // A master that comes now is given nothing old.
  const master = await join(channel, "MASTER");
  expect(await viewer.answerTo(sdp("offer", "o2"))).toMatchObject({ code: "delivered" });
  expect(nameOf(await master.next())).toBe("o2");
  expect(master.unread).toEqual([]);
}, 60_000);

test("frames of several senders wait for one member, each sender's in its order", async () => {
  const channel = newChannel();
  const senders = ["bob", "carol", "dave"];
  for (const name of senders) {
    const peer = await joinAsPeer(channel, name);
    await peer.answerTo(sdp("offer", name, { recipientClientId: "eve" }));
    await peer.answerTo(candidate(`${name}-1`, name, { recipientClientId: "eve" }));
  }
  const eve = await join(channel, "PEER", "eve");
  const arrived = (await eve.nextOnes(7)).map(nameOf).filter((name) => name !== "PRESENCE");
  for (const name of senders) {
    expect(arrived.filter((one) => one.startsWith(name))).toEqual([name, `${name}-1`]);
  }
}, 60_000);

test("a receipt goes from end to end, names the frame as its sender knows it, and is not kept", async () => {
  const channel = newChannel();
  const viewer = await join(channel, "VIEWER", "bob");
  const master = await join(channel, "MASTER");
  const { frameId } = await viewer.answerTo(sdp("offer", "o1"));
  expect((await master.next()).frameId).toBe(frameId);
  const receipt = { action: "ACK", frameId, correlationId: "receipt" };
  expect(await master.answerTo({ ...receipt, recipientClientId: "bob" })).toMatchObject({
    success: true,
    code: "delivered",
  });
  // Of the master, whose frames name no sender.
  expect(await viewer.next()).toEqual({ messageType: "ACK", frameId });
  expect(await viewer.answerTo(receipt)).toMatchObject({ code: "delivered" });
  expect(await master.next()).toEqual({ messageType: "ACK", frameId, senderClientId: "bob" });
  expect(await master.answerTo({ ...receipt, recipientClientId: "nobody" })).toMatchObject({
    success: false,
    statusCode: "404",
    code: "recipient_not_connected",
  });
  expect(await viewer.answerTo({ ...receipt, frameId: "no id!" })).toMatchObject({
    code: "frame_id_invalid",
  });
}, 60_000);

test("numbered frames that come out of order arrive in order", async () => {
  const channel = newChannel();
  const [ada, bob] = [await joinAsPeer(channel, "ada"), await joinAsPeer(channel, "bob")];
  const to = (seq: number) => ({ recipientClientId: "bob", seq });
  const codes = [];
  for (const frame of [
    candidate("n3", "o1", to(3)),
    sdp("offer", "o1", to(1)),
    candidate("n4", "o1", to(4)),
    candidate("n2", "o1", to(2)),
  ]) {
    codes.push((await ada.answerTo(frame)).code);
  }
  expect(codes).toEqual(["queued", "delivered", "queued", "delivered"]);
  const arrived = await bob.nextOnes(4);
  expect(arrived.map(nameOf)).toEqual(["o1", "n2", "n3", "n4"]);
  expect(arrived.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  // A number that was delivered is not delivered again.
  expect(await ada.answerTo(candidate("again", "o1", to(3)))).toMatchObject({ code: "delivered" });
  expect(await ada.answerTo(candidate("n5", "o1", to(5)))).toMatchObject({ code: "delivered" });
  expect(nameOf(await bob.next())).toBe("n5");
  expect(bob.unread).toEqual([]);
}, 60_000);

test("a gap in the numbers is told within 8 seconds, what stands behind it follows, and what was missing is expired", async () => {
  const channel = newChannel();
  const [ada, bob] = [await joinAsPeer(channel, "ada"), await joinAsPeer(channel, "bob")];
  const to = (seq: number) => ({ recipientClientId: "bob", seq });
  expect(await ada.answerTo(sdp("offer", "o1", to(1)))).toMatchObject({ code: "delivered" });
  expect(await ada.answerTo(candidate("n4", "o1", to(4)))).toMatchObject({ code: "queued" });
  expect(await ada.answerTo(candidate("n5", "o1", to(5)))).toMatchObject({ code: "queued" });
  expect(nameOf(await bob.next())).toBe("o1");
  for (let second = 0; second < 8; second += 1) await advanceClock(program.ready, 1_000);
  expect(await bob.next()).toEqual({ messageType: "SEQUENCE_GAP", senderClientId: "ada", from: 2, to: 3 });
  expect((await bob.nextOnes(2)).map(nameOf)).toEqual(["n4", "n5"]);
  expect(await ada.answerTo(candidate("n2", "o1", to(2)))).toMatchObject({ success: false, code: "expired" });
  expect(await ada.answerTo(candidate("n6", "o1", to(6)))).toMatchObject({ code: "delivered" });
  expect(nameOf(await bob.next())).toBe("n6");
  expect(bob.unread).toEqual([]);
}, 60_000);
