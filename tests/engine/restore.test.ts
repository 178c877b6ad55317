import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type EngineProgram, runOnEngine } from "../../local/engine/run-on-engine.ts";
import { textOf } from "../docs/document.ts";
import { type ChangedCopy, projectCopy } from "../journeys/changed-copy.ts";
import { advanceClock, eventually, requestProof, userToken } from "../journeys/running-program.ts";
import { recordedSteps } from "./engine-events.ts";

// One stack, deployed once: each test goes on from where the one before it has left it.
let copy: ChangedCopy;
let program: EngineProgram;
let damagedAt = "";
let original = "";

beforeAll(async () => {
  copy = projectCopy();
  program = await runOnEngine(copy.folder, { port: 0, instances: 8 }, new AbortController().signal);
}, 120_000);

afterAll(async () => {
  await program?.stop();
  copy?.remove();
});

const ready = () => ({ ...program.ready, ready: true as const });
const minutes = (count: number) => advanceClock(ready(), count * 60_000);
const call = async (operation: string, request: object) =>
  JSON.parse((await program.cloud.services.tables.handle(operation, request)).body);
const claimTables = async (): Promise<string[]> =>
  (await call("ListTables", {})).TableNames.filter((name: string) => name.startsWith("claims-"));
/** Whether the billing API takes somebody for the channel's master: 201, or 403 where it is another one's. */
const asMaster = (user: string) =>
  eventually("an answer of a machine that is busy", async () => {
    const token = await userToken(ready(), user);
    const { status } = await requestProof(ready(), token, { channel: "room", role: "MASTER" });
    return status === 503 ? undefined : status;
  });
const now = async () => {
  const date = (await fetch(program.cloud.endpointUrl, { method: "POST" })).headers.get("date");
  return new Date(String(date)).toISOString().replace(".000Z", "Z");
};

/** Sets what the runbook's YAML block says, for the table `claims`, and deploys. */
async function upWith(from: string, at: string) {
  const [, block = ""] = /```yaml\n([\s\S]*?)```/.exec(textOf("docs/runbooks/restore.md")) ?? [];
  const { customers } = parse(block)["synapse-d:restores"];
  expect(Object.keys(customers)).toEqual(["from", "at"]);
  const { stack } = program.engine;
  await stack.setConfig("synapse-d:restores", { value: JSON.stringify({ claims: { from, at } }) });
  const { onEvent, steps } = recordedSteps();
  const failure = await stack.up({ onEvent }).then(
    () => undefined,
    (error: unknown) => String(error).slice(0, 4_000),
  );
  return { steps: steps(), failure };
}

test("rows are damaged, and the time before is noted", async () => {
  await minutes(1);
  expect([await asMaster("alice"), await asMaster("bob")]).toEqual([201, 403]);
  await minutes(1);
  damagedAt = await now();
  await minutes(1);
  [original = ""] = await claimTables();
  const { Items } = await call("Scan", { TableName: original });
  for (const { channel, name } of Items)
    await call("DeleteItem", { TableName: original, Key: { channel, name } });
  expect([await asMaster("bob"), await asMaster("alice")]).toEqual([201, 403]);
  await minutes(10);
}, 60_000);

test("a restore ends with the error that keeps the old table, and functions work on what was", async () => {
  const { steps, failure } = await upWith(original, damagedAt);
  expect(failure).toContain("currently protected against deletion");
  expect(steps).toMatchObject({
    "Table claims": "replace",
    "Function IssueProofHandler": "update",
    "RolePolicy IssueProofHandler-get-claims": "update",
    "RolePolicy IssueProofHandler-update-claims": "update",
  });
  expect(await claimTables()).toHaveLength(2);
  expect([await asMaster("alice"), await asMaster("bob")]).toEqual([201, 403]);
}, 120_000);

test("a refresh finds the new table without deletion protection, and the next up gives it", async () => {
  const [restored = ""] = (await claimTables()).filter((name) => name !== original);
  const isProtected = async () =>
    (await call("DescribeTable", { TableName: restored })).Table.DeletionProtectionEnabled;
  expect(await isProtected()).toBe(false);
  await expect(program.engine.stack.up({ refresh: true })).rejects.toThrow(
    "currently protected against deletion",
  );
  expect(await isProtected()).toBe(true);
}, 120_000);

test("the way back restores the old table as it was after the swap", async () => {
  await minutes(10);
  const later = await now();
  await minutes(10);
  const { failure } = await upWith(original, later);
  expect(failure).toContain("currently protected against deletion");
  expect([await asMaster("bob"), await asMaster("alice")]).toEqual([201, 403]);
}, 120_000);

test("a time that cannot be restored, and a table that is gone, are refused in AWS's words, and nothing changes", async () => {
  const { failure } = await upWith(original, "2020-01-01T00:00:00Z");
  expect(failure).toContain("2020-01-01T00:00:00Z is no time to restore");
  expect((await upWith("claims-0000000", await now())).failure).toContain("Table not found: claims-0000000");
  expect([await asMaster("bob"), await asMaster("alice")]).toEqual([201, 403]);
}, 120_000);
