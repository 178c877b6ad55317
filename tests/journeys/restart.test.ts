import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { connected, offerFrame } from "./raw-socket.ts";
import { endPrograms, proofFor, startProgram } from "./running-program.ts";

afterAll(endPrograms);

test("a program that is killed during a call keeps the frame that waits, the proof and its freshness", async () => {
  const data = mkdtempSync(join(tmpdir(), "synapse-d-restart-"));
  const first = await startProgram(["--data", data]);
  const used = await proofFor(first.ready, "bob", { channel: "call", role: "VIEWER", clientId: "bob" });
  const viewer = await connected(used);
  viewer.socket.send(offerFrame("early"));
  expect(JSON.parse((await viewer.next(1))[0] ?? "")).toMatchObject({ statusResponse: { code: "queued" } });
  const { proof } = await proofFor(first.ready, "alice", { channel: "call", role: "MASTER" });
  await first.stop("SIGKILL");
  expect((await viewer.closed).code).toBe(1006);

  const second = await startProgram(["--data", data]);
  const url = second.ready.signaling;
  const master = await connected({ proof, url, expiresAt: "" });
  expect(JSON.parse((await master.next(1))[0] ?? "")).toMatchObject({
    messageType: "SDP_OFFER",
    senderClientId: "bob",
  });
  await expect(connected({ proof, url, expiresAt: "" })).rejects.toThrow("401 Unauthorized");
  await expect(connected({ ...used, url })).rejects.toThrow("401 Unauthorized");
  await second.stop();
  rmSync(data, { recursive: true });
}, 60_000);
