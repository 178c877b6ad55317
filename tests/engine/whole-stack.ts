import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../local/clock.ts";
import { type LocalCloud, startCloud } from "../../local/cloud.ts";
import { type EngineStack, openEngineStack } from "../../local/engine/engine-stack.ts";
import { stackSettings } from "../../local/program/stack-configuration.ts";
import { type RunningProvider, startProvider } from "../../local/provider/start-provider.ts";
import { type ChangedCopy, projectCopy } from "../journeys/changed-copy.ts";
import { recordedSteps } from "./engine-events.ts";

const root = join(import.meta.dirname, "..", "..");
const withPack = { policyPacks: [join(root, "policies")] };

/** A stack is deployed once, with the policy pack: a test goes on from where the one before it has left it. */
export const wholeStack = (stack: "dev" | "prod") => {
  let copy: ChangedCopy;
  let cloud: LocalCloud;
  let provider: RunningProvider;
  let engine: EngineStack;

  beforeAll(async () => {
    copy = projectCopy();
    cloud = await startCloud({ clock: new AdvanceableClock() });
    provider = await startProvider(cloud.handlers, "7.48.0");
    engine = await openEngineStack({
      folder: copy.folder,
      stack,
      settings: stackSettings(stack),
      providerPort: provider.port,
    });
  }, 120_000);

  afterAll(async () => {
    await provider?.stop();
    await cloud?.stop();
    copy?.remove();
  });

  test("is previewed, and nothing is made", async () => {
    const began = performance.now();
    const { changeSummary } = await engine.stack.preview(withPack);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stderr.write(`Preview of ${stack} with the policy pack, engine start included: ${seconds} s\n`);
    expect(Object.keys(changeSummary)).toEqual(["create"]);
    expect(cloud.services.logs.groups()).toEqual([]);
  }, 240_000);

  test("is made, whole", async () => {
    const { summary } = await engine.stack.up(withPack);
    const urns = readFileSync(join(root, "tests", "local", "program", "urns", `${stack}.txt`), "utf8");
    // The stack itself counts, too.
    expect(summary.resourceChanges).toEqual({ create: urns.trim().split("\n").length + 1 });
  }, 240_000);

  test("is left alone by a second deployment", async () => {
    const { summary } = await engine.stack.up(withPack);
    expect(Object.keys(summary.resourceChanges ?? {})).toEqual(["same"]);
  }, 240_000);

  test("is changed in place where that is possible, and replaced where not", async () => {
    const renamed = 'name.replace("-access", "-requests")}`, retentionInDays';
    copy.change("components/masked-log-group.ts", "name}`, retentionInDays", renamed);
    copy.change(
      "components/durable-queue.ts",
      "maxReceiveCount: this.maxReceiveCount,",
      "maxReceiveCount: 6,",
    );
    const { onEvent, steps } = recordedSteps();
    await engine.stack.up({ ...withPack, onEvent });
    expect(steps()).toMatchObject({
      "LogGroup billing-access": "replace",
      "LogGroup signaling-access": "replace",
      "Stage billing": "update",
      "Stage signaling": "update",
      "Queue deliveries": "update",
      "Queue revocations": "update",
    });
  }, 240_000);

  test("is refreshed: what somebody removed by hand is made again", async () => {
    cloud.services.logs.deleteLogGroup(`/synapse-d/${stack}/RelayServer`);
    const { summary } = await engine.stack.refresh();
    const { same: _, ...changed } = summary.resourceChanges ?? {};
    expect(changed).toEqual({ delete: 1 });
    const { onEvent, steps } = recordedSteps();
    await engine.stack.up({ ...withPack, onEvent });
    expect(steps()).toMatchObject({ "LogGroup RelayServer": "create" });
  }, 240_000);

  test("is destroyed only once its tables are unprotected, which the pack does not let pass", async () => {
    await expect(engine.stack.destroy()).rejects.toThrow(/deletion protection/i);
    copy.change("components/ttl-table.ts", "args.deletionProtection ?? true", "false");
    await expect(engine.stack.preview(withPack)).rejects.toThrow("table-refuses-deletion");
    await engine.stack.up();
    await engine.stack.destroy();
    const { tables, queues, logs } = cloud.services;
    expect(JSON.parse((await tables.handle("ListTables", {})).body)).toEqual({ TableNames: [] });
    expect(JSON.parse((await queues.handle("ListQueues", {})).body).QueueUrls ?? []).toEqual([]);
    expect(logs.groups()).toEqual([]);
  }, 480_000);
};
