import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, jest, test } from "@jest/globals";
import type { ProgramGraph } from "../../../local/program/program-graph.ts";

// Each is a process of its own, which on a busy machine takes its time.
jest.setTimeout(120_000);

const root = join(import.meta.dirname, "..", "..", "..");

/** `npm run graph -- …`, without npm. */
async function graph(...args: string[]): Promise<string> {
  const options = { cwd: root, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["local/program/graph.ts", ...args],
    options,
  );
  return stdout;
}

// A changed URN is a resource that Pulumi deletes and makes anew, unless it has an alias:
// `npm run --silent graph -- --stack dev --urns > tests/local/program/urns/dev.txt`.
const sortedLines = (text: string) => text.split("\n").sort();

const kept = (stack: string) =>
  sortedLines(readFileSync(join(import.meta.dirname, "urns", `${stack}.txt`), "utf8"));

let known: Promise<string> | undefined;
/** Of prod, for two tests: an evaluation takes longer than to look at it. */
async function prodAsJson(): Promise<ProgramGraph> {
  known ??= graph("--stack", "prod", "--json");
  return JSON.parse(await known);
}

// In which order they are registered depends on who waits for what, and is nobody's business.
test("no resource of dev has another name than before", async () => {
  expect(sortedLines(await graph("--stack", "dev", "--urns"))).toEqual(kept("dev"));
});

test("no resource of prod has another name than before", async () => {
  const { resources } = await prodAsJson();
  expect(sortedLines(`${resources.map(({ urn }) => urn).join("\n")}\n`)).toEqual(kept("prod"));
});

test("the graph says of each resource what it is, what it needs and what was declared", async () => {
  const { project, stack, resources } = await prodAsJson();
  expect([project, stack]).toEqual(["synapse-d", "prod"]);
  const find = (type: string, name: string) =>
    resources.find((each) => each.type === type && each.name === name);
  const api = "urn:pulumi:prod::synapse-d::synapse-d:components:SignalingApi";
  expect(find("aws:lambda/permission:Permission", "RelayServer-SDP_OFFER")).toEqual({
    urn: `${api}$synapse-d:components:InlineFunction$aws:lambda/permission:Permission::RelayServer-SDP_OFFER`,
    type: "aws:lambda/permission:Permission",
    name: "RelayServer-SDP_OFFER",
    parent: `${api}$synapse-d:components:InlineFunction::RelayServer`,
    protect: false,
    dependencies: [
      `${api}$synapse-d:components:InlineFunction$aws:lambda/function:Function::RelayServer`,
      `${api}$synapse-d:components:WebSocketApi$aws:apigatewayv2/api:Api::signaling`,
    ],
    propertyDependencies: {
      function: [`${api}$synapse-d:components:InlineFunction$aws:lambda/function:Function::RelayServer`],
      sourceArn: [`${api}$synapse-d:components:WebSocketApi$aws:apigatewayv2/api:Api::signaling`],
    },
    inputs: {
      action: "lambda:InvokeFunction",
      function: "[unknown]",
      principal: "apigateway.amazonaws.com",
      sourceArn: "[unknown]",
    },
  });
  expect(find("aws:lambda/function:Function", "RelayServer")?.inputs.code).toEqual({
    "index.mjs": expect.stringMatching(/^\[asset of \d{5,} bytes, sha256 [0-9a-f]{64}\]$/),
  });
  expect(find("aws:dynamodb/table:Table", "peers")?.inputs.hashKey).toBe("channel");
});

test("the tree has each resource below its component, and counts those of AWS", async () => {
  const tree = await graph("--stack", "prod");
  expect(tree).toContain("deliveries  DurableQueue\n├─ deliveries-dead-letters  aws:sqs/queue:Queue\n");
  expect(tree).toMatch(/\n398 AWS resources in stack prod\n$/);
});

test.each([
  [["--stack", "nope"], "graph: There is no Pulumi.nope.yaml in "],
  [["--csv"], "graph: Unknown option '--csv'"],
])("what it does not know it says: %j", async (args, words) => {
  await expect(graph(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
});
