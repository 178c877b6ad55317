import { expect, test } from "@jest/globals";
import { control } from "../control.ts";
import { joinAs, nameOf, sdp } from "../member-socket.ts";
import { openSocket, type RawSocket } from "../raw-socket.ts";
import { eventually, linesFromNow, proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
const at = async (channel: string, clientId: string) => {
  const { proof, url } = await proofFor(program.ready, clientId, { channel, role: "PEER", clientId });
  return `${url}?proof=${proof}`;
};
const isOpen = (opened: object): opened is RawSocket => "socket" in opened;

test("of five handshakes with one proof at once one is admitted", async () => {
  const url = await at("one-proof", "bob");
  const statuses = (await Promise.all([url, url, url, url, url].map((one) => openSocket(one)))).map(
    ({ status }) => status,
  );
  expect(statuses.toSorted()).toEqual([101, 401, 401, 401, 401]);
}, 60_000);

test("of five connections of one name at once one gets what is sent, also when the others close afterwards", async () => {
  const channel = "one-name";
  const ada = await joinAs(program.ready, channel, "PEER", "ada");
  const urls: string[] = [];
  for (let count = 0; count < 5; count += 1) urls.push(await at(channel, "bob"));
  const opened = (await Promise.all(urls.map((url) => openSocket(url)))).filter(isOpen);
  expect(opened.length).toBeGreaterThan(0);
  expect(await ada.answerTo(sdp("offer", "o1", { recipientClientId: "bob" }))).toMatchObject({
    code: "delivered",
  });
  const offers = ({ received }: RawSocket) =>
    received.map((text) => JSON.parse(text)).filter(({ messageType }) => messageType === "SDP_OFFER").length;
  const current = await eventually("one of them gets the offer", () =>
    opened.find((socket) => offers(socket) > 0),
  );

  const lines = await linesFromNow(program.ready, "PeerConnectionHandler");
  const others = opened.filter((socket) => socket !== current);
  for (const { socket } of others) socket.close();
  await eventually("each close was noted, and removed nothing", async () =>
    (await lines()).filter(({ message }) => message.includes('"code":"not_current"')).length === others.length
      ? true
      : undefined,
  );
  expect(await ada.answerTo(sdp("offer", "o2", { recipientClientId: "bob" }))).toMatchObject({
    code: "delivered",
  });
  await eventually("it gets the next one too", () => offers(current) === 2 || undefined);
  expect(others.map(offers)).toEqual(others.map(() => 0));
  expect(ada.unread.filter((text) => text.includes('"left"') && !text.includes("superseded"))).toEqual([]);
}, 60_000);

test("an instance that is killed in the middle of a handshake leaves a row that is no obstacle to the next", async () => {
  const channel = "killed";
  const ada = await joinAs(program.ready, channel, "PEER", "ada");
  // Then the worker has looked who is there, and the slow query is the handshake's.
  await ada.nextOnes(1);
  const url = await at(channel, "bob");
  const slowQuery = { service: "dynamodb", operation: "Query", match: "killed", times: 1, latencyMs: 1_400 };
  await control(program.ready, "PUT", "/faults", [slowQuery]);
  const refused = openSocket(url);
  await eventually("it has written its row, and looks who is there", async () => {
    const { faults } = (await control(program.ready, "GET", "/faults")) as { faults: { fired: number }[] };
    return faults[0]?.fired || undefined;
  });
  await control(program.ready, "POST", "/functions/PeerConnectionHandler/kill");
  expect((await refused).status).toBe(500);
  await control(program.ready, "DELETE", "/faults");
  // It seems to be there; what is sent waits, since nothing has connected.
  expect(await ada.answerTo(sdp("offer", "o1", { recipientClientId: "bob" }))).toMatchObject({
    code: "queued",
  });
  const bob = await joinAs(program.ready, channel, "PEER", "bob");
  const frames = await bob.nextOnes(2);
  expect(frames.map(nameOf).toSorted()).toEqual(["PRESENCE", "o1"]);
}, 60_000);
