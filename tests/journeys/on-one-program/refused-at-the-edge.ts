import { expect, test } from "@jest/globals";
import { failOnce, ofBilling, ofHandshakes, secret, tokens } from "../edge-refusals.ts";
import { connected, offerFrame } from "../raw-socket.ts";
import { eventually, logLines, proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();

/** The JSON lines of a log group. */
const linesOf = async (group: string): Promise<readonly Record<string, unknown>[]> =>
  (await logLines(program.ready, group))
    .filter(({ message }) => message.startsWith("{"))
    .map(({ message }) => JSON.parse(message));

const functionNames = ["IssueProofHandler", "SignalingAuthorizer", "PeerConnectionHandler", "RelayServer"];

/** What names the request and is no success: of the access logs status and error, of functions the code. */
async function refusalsOf(requestId: string | undefined) {
  const access: unknown[] = [];
  for (const api of ["billing", "signaling"]) {
    for (const line of await linesOf(`${api}-access`)) {
      if (line.requestId === requestId) access.push([api, line.status, line.error]);
    }
  }
  const functions: unknown[] = [];
  for (const name of functionNames) {
    for (const { requestId: id, outcome, code } of await linesOf(name)) {
      if (id === requestId && outcome !== "allowed") functions.push([name, code]);
    }
  }
  return { access, functions };
}

const accessCount = async () =>
  (await linesOf("billing-access")).length + (await linesOf("signaling-access")).length;

test.each([...ofBilling, ...ofHandshakes])("refused: $what", async ({ ask, answer, access, line }) => {
  const before = await accessCount();
  const { status, code, requestId } = await ask();
  expect([status, code]).toEqual([answer[0], answer[1]]);
  if (access) {
    expect(requestId).toMatch(/^[\w=-]{15,36}$/);
    expect(await refusalsOf(requestId)).toEqual({ access: [access], functions: line ? [line] : [] });
  } else {
    expect(await accessCount()).toBe(before);
  }
});

/** A socket, with the id that the gateway gave it. */
async function connection() {
  const socket = await connected(await proofFor(program.ready, "edge", { channel: "edge", role: "MASTER" }));
  const id = (await linesOf("PeerConnectionHandler")).findLast(
    ({ event, outcome }) => event === "connect" && outcome === "connected",
  )?.connectionId;
  return { ...socket, id };
}

test.each([
  ["a frame over 32 KB", 1009, () => secret.repeat(800)],
  ["a binary frame", 1003, () => Buffer.from(secret)],
])("%s closes the socket, and is one line of $disconnect with %i", async (_, closeCode, frame) => {
  const { socket, closed, id } = await connection();
  socket.send(frame());
  expect((await closed).code).toBe(closeCode);
  const lines = await eventually("the $disconnect is logged", async () => {
    const all = await linesOf("PeerConnectionHandler");
    const found = all.filter(({ connectionId, event }) => connectionId === id && event === "disconnect");
    return found.length > 0 ? found : undefined;
  });
  expect(lines).toEqual([expect.objectContaining({ outcome: "disconnected", closeCode })]);
  const access = (await linesOf("signaling-access")).filter((line) => line.connectionId === id);
  expect(access.map(({ eventType, status }) => [eventType, status])).toEqual([
    ["CONNECT", "200"],
    ["DISCONNECT", "200"],
  ]);
});

test("a frame whose function cannot be invoked is one line of the access log, and the socket stays open", async () => {
  const { socket, next } = await connection();
  await failOnce("lambda", "Invoke", "RelayServer");
  socket.send(offerFrame(secret, { recipientClientId: "nobody" }));
  const { message, requestId } = JSON.parse((await next(1))[0] ?? "");
  expect(message).toBe("Internal server error");
  expect(await refusalsOf(requestId)).toEqual({
    access: [["signaling", "500", "INTEGRATION_FAILURE"]],
    functions: [],
  });
  socket.send(offerFrame("after", { recipientClientId: "nobody" }));
  expect(JSON.parse((await next(1, 1))[0] ?? "")).toMatchObject({ statusResponse: { code: "queued" } });
});

test("no log holds what was in those requests", async () => {
  const text = (await logLines(program.ready)).map(({ message }) => message).join("\n");
  expect(text).toContain("MISSING_AUTHENTICATION_TOKEN");
  expect(tokens.length).toBeGreaterThan(5);
  expect([...tokens, "edge-secret"].filter((word) => text.includes(word))).toEqual([]);
});
