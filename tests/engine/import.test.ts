import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EngineProgram, runOnEngine } from "../../local/engine/run-on-engine.ts";
import { type ChangedCopy, projectCopy } from "../journeys/changed-copy.ts";

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly outputs: object;
}

// A program of one queue: what is imported is the provider's business, whatever the type.
const program = `
import * as sqs from "@pulumi/aws/sqs/index.js";
new sqs.Queue("greetings", { name: "greetings", visibilityTimeoutSeconds: 40 });
`;
let copy: ChangedCopy;
let running: EngineProgram;

beforeAll(async () => {
  copy = projectCopy();
  writeFileSync(join(copy.folder, "index.ts"), program);
  running = await runOnEngine(copy.folder, { port: 0, instances: 1 }, new AbortController().signal);
}, 240_000);

afterAll(async () => {
  await running?.stop();
  copy?.remove();
});

const importing = (type: string, name: string, id: string) =>
  running.engine.stack.import({ resources: [{ type, name, id }], protect: false, generateCode: false });

test("what a state has lost is imported by its id, and the next up finds it unchanged", async () => {
  const { stack } = running.engine;
  const { version, deployment } = await stack.exportStack();
  const all: readonly StateResource[] = deployment.resources;
  const queue = all.find(({ type }) => type === "aws:sqs/queue:Queue");
  if (!queue) throw new Error("the program made no queue");
  const resources = all.filter(({ urn }) => urn !== queue.urn);
  await stack.importStack({ version, deployment: { ...deployment, resources } });

  await importing(queue.type, "greetings", queue.id);
  const after: readonly StateResource[] = (await stack.exportStack()).deployment.resources;
  expect(after.find(({ urn }) => urn === queue.urn)).toMatchObject({ id: queue.id, outputs: queue.outputs });
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 2 });
}, 240_000);

test("of an id that is not there it is said which there are", async () => {
  await expect(importing("aws:sqs/queue:Queue", "other", "other")).rejects.toThrow(
    /import_unknown: the local cloud has no aws:sqs\/queue:Queue with the id "other"\. It takes the ids that a state has, and has http\S+\/greetings\./,
  );
}, 240_000);
