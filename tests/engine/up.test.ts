import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EngineProgram, runOnEngine } from "../../local/engine/run-on-engine.ts";
import { type ChangedCopy, changedCopy } from "../journeys/changed-copy.ts";
import { expectExchange } from "../journeys/expect-exchange.ts";
import { recordedSteps } from "./engine-events.ts";

const root = join(import.meta.dirname, "..", "..");

// One stack, deployed once: each test goes on from where the one before it has left it.
let copy: ChangedCopy;
let program: EngineProgram;

beforeAll(async () => {
  copy = changedCopy(
    "components/ttl-table.ts",
    "args.deletionProtection ?? true",
    "args.deletionProtection ?? false",
  );
  copy.change(
    "components/masked-log-group.ts",
    "retentionInDays }",
    "retentionInDays: name.endsWith('-access') ? pulumi.secret(retentionInDays) : retentionInDays }",
  );
  program = await runOnEngine(copy.folder, { port: 0, instances: 8 }, new AbortController().signal);
}, 120_000);

afterAll(async () => {
  await program?.stop();
  copy?.remove();
});

test("the engine creates every resource of index.ts, under names of their own", async () => {
  // How many `npm start` makes of the same program.
  const [, said] =
    /creates (\d+) AWS resources/.exec(readFileSync(join(root, "docs", "deployment.md"), "utf8")) ?? [];
  expect(program.ready.resources).toBe(Number(said));
  const { tables } = program.cloud.services;
  const { TableNames } = JSON.parse((await tables.handle("ListTables", {})).body);
  for (const name of ["peers", "pairs", "proofs", "claims", "customers"])
    expect(TableNames).toContainEqual(expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{7}$`)));
});

test("two peers of the npm client exchange offer, answer and candidates on the stack that the engine made", async () => {
  await expectExchange({ ...program.ready, ready: true }, "made-by-the-engine");
}, 30_000);

test("a secret input is a secret in the state, and so is the output that repeats it", async () => {
  const { deployment } = await program.engine.stack.exportStack();
  const state: { readonly resources: readonly Record<string, { readonly retentionInDays?: object }>[] } =
    deployment;
  const accessLogs = state.resources.filter(({ urn }) => /LogGroup::\w+-access$/.test(String(urn)));
  // Exported to be read: the file has `ciphertext` in the place of `plaintext`.
  const secret = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: "14",
  };
  expect(
    accessLogs.map(({ inputs, outputs }) => [inputs?.retentionInDays, outputs?.retentionInDays]),
  ).toEqual([
    [secret, secret],
    [secret, secret],
  ]);
});

test("a second up finds everything unchanged", async () => {
  const { summary } = await program.engine.stack.up();
  const { same = 0, ...changed } = summary.resourceChanges ?? {};
  expect(changed).toEqual({});
  expect(same).toBeGreaterThan(program.ready.resources);
}, 60_000);

test("a log retention changes in place; the key of a table replaces it, and those who name it are updated", async () => {
  copy.change(
    "components/masked-log-group.ts",
    "pulumi.secret(retentionInDays)",
    "pulumi.secret(name === 'billing-access' ? 30 : 14)",
  );
  copy.change("index.ts", '{ name: "topic", type: "S" }', '{ name: "room", type: "S" }');
  const { onEvent, steps } = recordedSteps();
  await program.engine.stack.up({ onEvent });
  expect(steps()).toEqual({
    "LogGroup billing-access": "update",
    "Table topics": "replace",
    "ResourcePolicy topics": "replace",
    "Function TopicRelay": "update",
    "RolePolicy TopicRelay-get-topics": "update",
    "RolePolicy TopicRelay-update-topics": "update",
    "RolePolicy tables-backup-backups": "update",
    "RolePolicy tables-backup-tables": "update",
    "Selection tables": "replace",
  });
  expect(program.cloud.services.logs.groups()).toContainEqual({
    name: "/synapse-d/local/billing-access",
    retentionInDays: 30,
  });
}, 60_000);

test("a refresh sees what was changed and removed behind the engine's back, and a preview says what mends it", async () => {
  const { logs } = program.cloud.services;
  logs.putLogGroup("/synapse-d/local/billing-access", 1);
  logs.deleteLogGroup("/synapse-d/local/signaling-access");
  const { summary } = await program.engine.stack.refresh();
  const { same: _, ...changed } = summary.resourceChanges ?? {};
  expect(changed).toEqual({ update: 1, delete: 1 });
  const { onEvent, steps } = recordedSteps();
  await program.engine.stack.preview({ onEvent });
  expect(steps()).toEqual({
    "LogGroup billing-access": "update",
    "LogGroup signaling-access": "create",
    "Stage signaling": "update",
  });
}, 60_000);

test("destroy leaves nothing in the local cloud", async () => {
  await program.engine.stack.destroy();
  const { tables, queues, logs, lambda, iam, webSocketApis } = program.cloud.services;
  expect(JSON.parse((await tables.handle("ListTables", {})).body)).toEqual({ TableNames: [] });
  expect(JSON.parse((await queues.handle("ListQueues", {})).body).QueueUrls ?? []).toEqual([]);
  expect(logs.groups()).toEqual([]);
  expect(lambda.instances()).toEqual({});
  // What functions' own policies allowed is remembered for the report of unused grants.
  expect(iam.grants().filter(({ holder }) => !holder.startsWith("arn:aws:lambda:"))).toEqual([]);
  expect(webSocketApis.connections()).toEqual({});
  await expect(fetch(program.ready.billing)).rejects.toThrow("fetch failed");
}, 60_000);

test("a misspelt input is refused by its path, before anything is made", async () => {
  copy.change("components/ttl-table.ts", "attributeName: args", "attributename: args");
  await expect(program.engine.stack.preview()).rejects.toThrow(
    /Table resource '\w+': property ttl\.attributename .* has a problem: no such input; did you mean attributeName\?/,
  );
}, 60_000);
