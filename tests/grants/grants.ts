import { beforeAll, expect, test } from "@jest/globals";
import { rolePolicy } from "../../policies/aws.ts";
import { Resource } from "../../policies/resource.ts";
import { Stack } from "../../policies/stack.ts";
import { ownProgram } from "../policies/programs.ts";
import type { BundleReading } from "./aws-calls.ts";
import * as explained from "./explanations.ts";
import { grantProblems } from "./grant-problems.ts";
import { readBundles } from "./read-bundles.ts";

let bundles: ReadonlyMap<string, BundleReading>;

beforeAll(async () => {
  bundles = await readBundles();
}, 240_000);

test.each(["dev", "prod"] as const)(
  "in %s every role may do what its bundle calls, and nothing else",
  async (stack) => {
    expect(grantProblems(await ownProgram(stack), bundles, explained)).toEqual([]);
  },
  60_000,
);

test("a grant that is gone is missed, with the place in the source that needs it", async () => {
  const { resources } = await ownProgram("prod");
  const without = (name: string) =>
    new Stack(resources.filter((one) => !(one.type === rolePolicy && one.name === name)));
  expect(grantProblems(without("PeerSweeper-query-pairs-due"), bundles, explained)).toEqual([
    expect.stringMatching(
      /^PeerSweeper lacks dynamodb:Query pairs\/index\/due, for functions\/signaling\/due-pairs\.ts:\d+$/,
    ),
  ]);
  expect(grantProblems(without("RelayServer-post-to-connections"), bundles, explained)).toEqual([
    expect.stringMatching(
      /^RelayServer lacks execute-api:ManageConnections POST\/@connections\/\*, for functions\/signaling\/manage-connection\.ts:\d+$/,
    ),
  ]);
  expect(grantProblems(without("DeliveryWorker-consume-deliveries"), bundles, explained)).toEqual([
    expect.stringMatching(/^DeliveryWorker lacks sqs:ChangeMessageVisibility deliveries, for functions\//),
    "DeliveryWorker lacks sqs:DeleteMessage deliveries, for the event source mapping deliveries",
    "DeliveryWorker lacks sqs:GetQueueAttributes deliveries, for the event source mapping deliveries",
    "DeliveryWorker lacks sqs:ReceiveMessage deliveries, for the event source mapping deliveries",
  ]);
  expect(grantProblems(without("PeerSweeper-schedule"), bundles, explained)).toEqual([
    "PeerSweeper-schedule lacks lambda:InvokeFunction PeerSweeper, for the schedule PeerSweeper",
  ]);
});

test("a grant for another table, or of another action, is too much", async () => {
  const stack = await ownProgram("prod");
  const granted = stack.ofType(rolePolicy).find(({ name }) => name === "RelayServer-get-peers");
  if (!granted) throw new Error("RelayServer-get-peers is not there");
  const also = (found: string, replacement: string) =>
    new Stack([
      ...stack.resources,
      new Resource({
        ...granted,
        urn: `${granted.urn}-too`,
        inputs: { ...granted.inputs, policy: granted.text("policy").replace(found, replacement) },
      }),
    ]);
  expect(grantProblems(also("table/peers", "table/proofs"), bundles, explained)).toEqual([
    "RelayServer needs no dynamodb:GetItem proofs, of RelayServer-get-peers-too",
  ]);
  expect(grantProblems(also("GetItem", "PutItem"), bundles, explained)).toEqual([
    "RelayServer needs no dynamodb:PutItem peers, of RelayServer-get-peers-too",
  ]);
});

test("an explanation that nothing needs any more is a problem too, and so is what is not understood", async () => {
  const stack = await ownProgram("prod");
  const permission = "dynamodb:Scan peers";
  expect(
    grantProblems(stack, new Map([...bundles, ["", { calls: [], riddles: ["relay.ts:1 scan"] }]]), {
      rolesOfOthers: { ...explained.rolesOfOthers, nobody: "There is none." },
      neverCalled: [...explained.neverCalled, { role: "RelayServer", permission, because: "No." }],
    }),
  ).toEqual([
    "explained, but not so: RelayServer dynamodb:Scan peers",
    "explained, but not there: nobody",
    "not understood: relay.ts:1 scan",
  ]);
});
