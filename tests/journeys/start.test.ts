import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { changedCopy } from "./changed-copy.ts";
import { connectClient } from "./kvs-client.ts";
import { type Ended, runToEnd } from "./run-to-end.ts";
import {
  endPrograms,
  eventually,
  npmStart,
  proofFor,
  type RunningProgram,
  requestProof,
  startProgram,
  userToken,
} from "./running-program.ts";

afterAll(endPrograms);

const root = join(import.meta.dirname, "..", "..");
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "synapse-d-start-"));
});

afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs `npm start` to its end as a person would, and for a copy of the project what it runs. */
const run = (args: string[], copy?: string): Promise<Ended> =>
  runToEnd(
    [...(copy ? [process.execPath, "local/start.ts"] : ["npm", "start", "--silent", "--"]), ...args],
    copy ?? root,
  );

let withoutData: Promise<RunningProgram> | undefined;
/** For two tests, of which the second stops it. */
function startedWithoutData(): Promise<RunningProgram> {
  withoutData ??= npmStart();
  return withoutData;
}

test("claims outlive a restart with a data folder, and are gone without", async () => {
  const takeMaster = async ({ ready }: RunningProgram, sub: string) => {
    const token = await userToken(ready, sub);
    const { status } = await requestProof(ready, token, { channel: "kept", role: "MASTER" });
    return status;
  };
  const data = ["--data", join(scratch, "data")];
  const first = await startProgram(data);
  expect(await takeMaster(first, "alice")).toBe(201);
  await first.stop();
  const second = await startProgram(data);
  expect(await takeMaster(second, "mallory")).toBe(403);
  await second.stop();
  expect(await takeMaster(await startedWithoutData(), "mallory")).toBe(201);
}, 120_000);

test("one line of JSON says where everything is, and an interrupt ends it", async () => {
  const program = await startedWithoutData();
  expect(program.ready).toEqual({
    ready: true,
    console: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/),
    signaling: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/v1$/),
    billing: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/),
    issuer: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/),
    control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/),
    stripe: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    stripeControl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/),
    resources: 393,
  });
  expect(program.complaints()).toBe("");
  const { ready } = program;
  const proof = await proofFor(ready, "alice", { channel: "c", role: "MASTER" });
  const { client } = await connectClient(proof, "c", "MASTER");
  const closed = new Promise((resolve) => client.on("close", () => resolve("closed")));
  await program.stop();
  expect(await closed).toBe("closed");
  const group = -(program.process.pid ?? 0);
  await eventually("every process of it has ended", () => {
    try {
      return process.kill(group, 0) ? undefined : undefined;
    } catch {
      return "ended";
    }
  });
  await expect(fetch(ready.billing)).rejects.toThrow("fetch failed");
}, 60_000);

test("a taken port is one sentence and exit code 1", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  expect(await run(["--port", String(port)])).toEqual({
    code: 1,
    stdout: "",
    stderr: `synapse-d: Port ${port} is taken. Choose another with --port N.\n`,
  });
  server.close();
}, 60_000);

test("a folder that cannot be written is one sentence and exit code 1", async () => {
  const file = join(scratch, "a-file");
  writeFileSync(file, "");
  const { code, stdout, stderr } = await run(["--port", "0", "--data", join(file, "below")]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^synapse-d: --data .*below cannot be written: ENOTDIR.*\n$/);
}, 60_000);

test.each([
  [
    "index.ts",
    "import { BillingApi }",
    'throw new Error("broken on purpose");\nimport { BillingApi }',
    "broken on purpose",
  ],
  [
    "components/durable-queue.ts",
    "sqsManagedSseEnabled: true",
    "kmsMasterKeyId: 'k'",
    'aws:sqs/queue:Queue "billing-events-dead-letters": input kmsMasterKeyId is not supported',
  ],
])(
  "a program broken in %s is one sentence and exit code 1",
  async (file, found, replacement, message) => {
    const copy = changedCopy(file, found, replacement);
    const { code, stdout, stderr } = await run(["--port", "0"], copy.folder);
    copy.remove();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`synapse-d: index.ts cannot run here: ${message}`);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  },
  60_000,
);
