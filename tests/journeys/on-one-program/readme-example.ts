import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { SignalingClient } from "amazon-kinesis-video-streams-webrtc";
import { sessionDescription } from "../descriptions.ts";
import { userToken } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

interface Example {
  openSignaling(
    billingUrl: string,
    jwt: string,
    channel: string,
    role: string,
    clientId?: string,
  ): Promise<{ client: SignalingClient; iceServers: readonly unknown[] }>;
}

const root = join(import.meta.dirname, "..", "..", "..");
const program = sharedProgram();
let folder: string;
let example: Example;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "synapse-d-example-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const code = /## Put it into your app\n\n```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  writeFileSync(join(folder, "example.mjs"), code);
  example = await import(join(folder, "example.mjs"));
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
});

const opened = (client: SignalingClient) =>
  new Promise<void>((resolve) => client.on("open", () => resolve()));

test("the README's example connects and is relayed", async () => {
  const { billing } = program.ready;
  const { client: master, iceServers } = await example.openSignaling(
    billing,
    await userToken(program.ready, "alice"),
    "readme-room",
    "MASTER",
  );
  await opened(master);
  expect(iceServers).toEqual([]);
  const { client: viewer } = await example.openSignaling(
    billing,
    await userToken(program.ready, "bob"),
    "readme-room",
    "VIEWER",
    "bob-1",
  );
  await opened(viewer);
  const offer = new Promise((resolve) =>
    master.on("sdpOffer", (description, from) => resolve([description, from])),
  );
  viewer.sendSdpOffer(sessionDescription("offer", "v=0\r\n"));
  expect(await offer).toEqual([{ type: "offer", sdp: "v=0\r\n" }, "bob-1"]);
  master.close();
  viewer.close();
}, 30_000);

test("the README's example says in words why no proof was given", async () => {
  const token = await userToken(program.ready, "mallory");
  await expect(
    example.openSignaling(program.ready.billing, token, "readme-room", "VIEWER", "AWS_x"),
  ).rejects.toThrow("This clientId is reserved.");
}, 30_000);
