import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rowVersions } from "../../functions/shared/attribute-values.ts";
import { type RunningProgram, runProgram } from "../../local/start/run-program.ts";
import { joinAs, sdp } from "../journeys/member-socket.ts";
import { openSocket } from "../journeys/raw-socket.ts";
import {
  advanceClock,
  eventually,
  logLines,
  type Ready,
  requestProof,
  userToken,
} from "../journeys/running-program.ts";
import * as today from "./readers.ts";
import { recordRelease } from "./record-release.ts";
import { asOf, type Recording, type Row } from "./recording.ts";

const kept = join(import.meta.dirname, "kept");
const releases = readdirSync(kept);
const writtenBy = (release: string): Recording =>
  JSON.parse(readFileSync(join(kept, release, "written.generated.json"), "utf8"));
const readersOf = (release: string): Promise<typeof today> =>
  import(join(kept, release, "readers.generated.mjs"));

/** Table or queue, and what of it that release cannot read and refuses, with the reason. */
const knownAsNewer: Readonly<Record<string, string>> = {};

/** Everything in a recording as the readers of a release take it. */
async function readAll({ recordedAt, rows, messages }: Recording, { readRows, readBody }: typeof today) {
  const read: [of: string, written: unknown, reading: unknown][] = [];
  for (const [table, written] of Object.entries(rows))
    for (const row of written) read.push([table, row, await readRows(table, row, recordedAt)]);
  for (const [queue, written] of Object.entries(messages))
    for (const body of written) read.push([queue, body, readBody(queue, body)]);
  return read;
}

/** Who reads more than the other reads the same besides. */
const agree = async (recording: Recording, less: typeof today, more: typeof today) => {
  const [before, after] = [await readAll(recording, less), await readAll(recording, more)];
  for (const [index, [of, written, reading]] of before.entries()) {
    if (of in knownAsNewer) continue;
    expect([of, written, after[index]?.[2]]).toMatchObject([of, written, reading]);
    expect([of, written, JSON.stringify(reading)]).not.toEqual([
      of,
      written,
      expect.stringMatching(/fault |message_/),
    ]);
  }
};

let program: RunningProgram;
let ready: Ready;
let written: Recording;

beforeAll(async () => {
  program = await runProgram({ port: 0, instances: 8 }, new AbortController().signal);
  ready = { ...program.ready, ready: true };
  written = await recordRelease(program, "new");
}, 240_000);
afterAll(() => program?.stop());

const put = async (TableName: string, Item: Row) => {
  const { status } = await program.cloud.services.tables.handle("PutItem", { TableName, Item });
  expect(status).toBe(200);
};
async function urlOf(queue: string): Promise<string> {
  const { body } = await program.cloud.services.queues.handle("ListQueues", { QueueNamePrefix: queue });
  return JSON.parse(body).QueueUrls.find((url: string) => url.split("/").at(-1)?.startsWith(`${queue}.`));
}
const send = async (queue: string, MessageBody: string) => {
  const request = {
    QueueUrl: await urlOf(queue),
    MessageBody,
    MessageGroupId: "old",
    MessageDeduplicationId: crypto.randomUUID(),
  };
  await program.cloud.services.queues.handle("SendMessage", request);
};
const linesOf = async (): Promise<readonly Record<string, unknown>[]> =>
  (await logLines(ready)).flatMap(({ message }) => (message.startsWith("{") ? [JSON.parse(message)] : []));

/** The ids of the messages that the workers have had in their hands. */
async function workedOn(): Promise<Set<unknown>> {
  const lines = (await linesOf()).filter(({ event }) =>
    ["delivery", "projection", "revocation"].includes(String(event)),
  );
  return new Set(lines.map(({ requestId }) => requestId));
}

test.each(releases)("what %s wrote is read today as it was read then", async (release) => {
  await agree(writtenBy(release), await readersOf(release), today);
});

describe.each(releases)("the deployed functions of today, among the rows of %s", (release) => {
  let old: Recording;

  beforeAll(async () => {
    // The sockets of the rows are gone; of one that has just come that would mean that it is not open yet.
    old = asOf(writtenBy(release), program.cloud.services.clock.now() - 20_000);
    for (const [table, rows] of Object.entries(old.rows)) for (const row of rows) await put(table, row);
  });

  test("take a proof that was not used", async () => {
    const opened = await openSocket(`${ready.signaling}?proof=${old.proof}`);
    expect(opened.status).toBe(101);
  });

  test("hand over what waits", async () => {
    const master = await joinAs(ready, "old-room", "MASTER");
    expect(await master.next()).toMatchObject({ messageType: "SDP_OFFER", senderClientId: "old-bob" });
  });

  test("keep a name for its holder", async () => {
    const request = { channel: "old-paid", role: "PEER", clientId: "old-payer" };
    const answer = await requestProof(ready, await userToken(ready, "mallory"), request);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ code: "client_id_taken" }),
    ]);
  });

  test("know what was bought", async () => {
    const headers = { authorization: `Bearer ${await userToken(ready, "old-payer")}` };
    const answer = await fetch(`${ready.billing}/subscription`, { headers });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      expect.objectContaining({ plan: "studio", status: "active" }),
    ]);
  });

  test("understand every message, and give none up", async () => {
    const before = await workedOn();
    for (const [queue, bodies] of Object.entries(old.messages))
      for (const body of bodies) await send(queue, body);
    const sent = Object.values(old.messages).flat().length;
    await eventually("each message was handled", async () =>
      [...(await workedOn())].filter((id) => !before.has(id)).length >= sent ? true : undefined,
    );
    for (const queue of Object.keys(old.messages)) expect(await deadLettersOf(queue)).toEqual([]);
  }, 60_000);

  test("log no row and no message that they do not understand", async () => {
    const faults = (await linesOf()).filter(({ code }) =>
      /malformed|newer|internal|environment/.test(String(code)),
    );
    expect(faults).toEqual([]);
  });
});

async function deadLettersOf(queue: string): Promise<readonly string[]> {
  const { body } = await program.cloud.services.queues.handle("ReceiveMessage", {
    QueueUrl: await urlOf(`${queue}-dead-letters`),
    MaxNumberOfMessages: 10,
  });
  return (JSON.parse(body).Messages ?? []).map(({ Body }: { Body: string }) => Body);
}

describe("what is written today", () => {
  test("are rows of every table and messages of every kind", () => {
    expect(Object.keys(written.rows).sort()).toEqual(Object.keys(rowVersions).sort());
    const kinds = Object.values(written.messages)
      .flat()
      .map((body) => JSON.parse(body))
      .map(({ kind, cause, eventId }) => kind ?? (eventId ? "event" : cause.replace(/^evt_.*/, "evt")));
    expect([...new Set(kinds)].sort()).toEqual(
      "arrival checkout_return departure event evt posted reconcile report review waiting".split(" "),
    );
  });

  test("carries its version", () => {
    for (const [table, rows] of Object.entries(written.rows))
      for (const row of rows) expect([table, row.v]).toEqual([table, { N: String(rowVersions[table]) }]);
    for (const [queue, bodies] of Object.entries(written.messages))
      for (const body of bodies)
        expect([queue, JSON.parse(body).v]).toEqual([queue, queue === "deliveries" ? 2 : 1]);
  });

  test.each(releases)("is read by %s as it is read today", async (release) => {
    await agree(written, await readersOf(release), today);
  });
});

describe("what a later release writes", () => {
  test("is a row that is left as it is, while its reader is told to try again", async () => {
    const row = {
      ...{ recipient: { S: "dev#later#MASTER" }, sender: { S: "ann" }, v: { N: "3" } },
      ...{ version: { N: "1" }, state: { S: '{"shape":"unknown"}' }, expiresAt: { N: "4102444800" } },
    };
    await put("pairs", row);
    const viewer = await joinAs(ready, "later", "VIEWER", "ann");
    expect(await viewer.answerTo(sdp("offer", "again"))).toMatchObject({
      success: false,
      code: "delivery_unavailable",
    });
    const { body } = await program.cloud.services.tables.handle("GetItem", {
      TableName: "pairs",
      Key: { recipient: row.recipient, sender: row.sender },
    });
    expect(JSON.parse(body).Item).toEqual(row);
    expect(await linesOf()).toContainEqual(
      expect.objectContaining({ function: "relay", code: "row_newer", outcome: "failed" }),
    );
  });

  test("is a message that is tried again, and then kept as a dead letter", async () => {
    const body = JSON.stringify({ v: 3, kind: "greeting", channel: "dev#later", name: "ann" });
    await send("deliveries", body);
    await eventually("it was seen", async () =>
      (await linesOf()).find(({ code, outcome }) => code === "message_newer" && outcome === "retried"),
    );
    const found = await eventually("it is a dead letter", async () => {
      await advanceClock(ready, 10_000);
      const letters = await deadLettersOf("deliveries");
      return letters.find((letter) => letter.includes("greeting"));
    });
    expect(found).toBe(body);
  }, 60_000);
});
