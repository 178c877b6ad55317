import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ChangedCopy, changedCopy } from "./changed-copy.ts";
import {
  endPrograms,
  type RunningProgram,
  requestProof,
  startProgram,
  userToken,
} from "./running-program.ts";

let copy: ChangedCopy;
let program: RunningProgram;

beforeAll(async () => {
  copy = changedCopy(
    "Pulumi.dev.yaml",
    "  synapse-d:logRetentionDays: 14\n",
    `  synapse-d:logRetentionDays: 14
  synapse-d:permissionsBoundaryArn: arn:aws:iam::000000000000:policy/team
  synapse-d:billing:
    allowedIps: ["203.0.113.0/24"]
    webAclArn: arn:aws:wafv2:us-east-1:000000000000:regional/webacl/mine/1234
    domain: { name: billing.example.com, certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/1a2b" }
`,
  );
  program = await startProgram([], copy.folder);
}, 60_000);

afterAll(() => {
  endPrograms();
  copy.remove();
});

test("an address that is not on the list gets no proof, and is told in the shape of all refusals", async () => {
  const { ready } = program;
  const answer = await requestProof(ready, await userToken(ready, "alice"), {
    channel: "room",
    role: "MASTER",
  });
  expect([answer.status, answer.headers.get("content-type"), await answer.json()]).toEqual([
    403,
    "application/problem+json",
    {
      type: "about:blank",
      code: "refused",
      detail: "The request was refused.",
      retryable: false,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
});

test("Stripe's webhook judges by the signature, whatever the address", async () => {
  const answer = await fetch(`${program.ready.billing}/stripe/webhook`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"id":"evt_1","object":"event","type":"ping","created":1,"data":{"object":{}}}',
  });
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: "signature_missing" }]);
});

test("a custom domain of the stack file is left out: no name leads to this machine", () => {
  expect(program.ready.billing).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
});
