import { describe, expect, test } from "@jest/globals";
import * as aws from "../../policies/aws.ts";
import { policiesOf } from "../../policies/create-pack.ts";
import type { Exemption } from "../../policies/exemption.ts";
import { exemptions as ownExemptions } from "../../policies/exemptions.ts";
import { judge } from "../../policies/judge.ts";
import { logsExpire } from "../../policies/rules/logs-expire.ts";
import { type Declared, onTheWire, ref } from "./declare-stack.ts";
import { engineVerdict } from "./engine-verdict.ts";
import { stackOf } from "./rule-test.ts";

const exemption: Exemption = {
  rule: "logs-expire",
  of: { resource: "audit" },
  reason: "The auditor wants these lines for ever.",
  owner: "security",
  expires: "2026-12-31",
};
const audit: readonly Declared[] = [[aws.logGroup, "audit"]];

/** What is said in process, which must be what the engine's server says. */
async function said(
  stack: readonly Declared[],
  exemptions: readonly Exemption[],
  today: string,
  preview = false,
): Promise<string[]> {
  const options = { rules: [logsExpire], exemptions, today };
  const resources = onTheWire(stack, preview);
  const { violations, complaints } = judge(stackOf(resources), options);
  const all = [...violations.map(({ rule, resource }) => `${rule} ${resource.name}`), ...complaints];
  const byServer = await engineVerdict(policiesOf(options), resources);
  expect(byServer.map(({ level }) => level)).toEqual(all.map(() => "mandatory"));
  return all;
}

describe("an exemption", () => {
  test("holds until its last day", async () => {
    expect(await said(audit, [exemption], "2026-12-31")).toEqual([]);
  });

  test("fails twice after it: the rule is broken again, and someone must be asked", async () => {
    expect(await said(audit, [exemption], "2027-01-01")).toEqual([
      "logs-expire audit",
      "The exemption from logs-expire of audit expired on 2026-12-31: mend it, or ask security for another.",
    ]);
  });

  test("fails when nothing needs it", async () => {
    const mended: readonly Declared[] = [[aws.logGroup, "audit", { retentionInDays: 30 }]];
    const complaint = ["The exemption from logs-expire of audit is not used any more: remove it."];
    expect(await said(mended, [exemption], "2026-12-31")).toEqual(complaint);
    expect(await said([[aws.logGroup, "audit-log"]], [exemption], "2026-12-31")).toEqual([
      "logs-expire audit-log",
      ...complaint,
    ]);
  });

  test("is not called unused by a preview that does not know all values yet", async () => {
    const undecided: readonly Declared[] = [
      [aws.logGroup, "audit", { retentionInDays: ref("config", "days") }],
      [aws.parameter, "config"],
    ];
    expect(await said(undecided, [exemption], "2026-12-31", true)).toEqual([]);
  });

  test("of other stacks does not hold here", async () => {
    expect(await said(audit, [{ ...exemption, stacks: ["prod"] }], "2026-12-31")).toEqual([
      "logs-expire audit",
    ]);
    expect(await said(audit, [{ ...exemption, stacks: ["prod", "dev"] }], "2026-12-31")).toEqual([]);
  });

  test("for what not every stack has is called unused only where that is", async () => {
    const optional = [{ ...exemption, optional: true }] as const;
    expect(await said([[aws.queue, "other"]], optional, "2026-12-31")).toEqual([]);
    const mended: readonly Declared[] = [[aws.logGroup, "audit", { retentionInDays: 30 }]];
    expect(await said(mended, optional, "2026-12-31")).toEqual([
      "The exemption from logs-expire of audit is not used any more: remove it.",
    ]);
  });

  test("of other stacks is left alone", async () => {
    const mended: readonly Declared[] = [[aws.logGroup, "audit", { retentionInDays: 30 }]];
    expect(await said(mended, [{ ...exemption, stacks: ["prod"] }], "2026-12-31")).toEqual([]);
  });

  test.each([
    [{ reason: "because" }, "its reason says too little: write why the rule may be broken"],
    [{ owner: " " }, "it has no owner"],
    [{ expires: "never" }, "its expiry never is not a date such as 2027-03-31"],
    [{ expires: "2027-13-45" }, "its expiry 2027-13-45 is not a date such as 2027-03-31"],
  ])("without %o does not hold", async (change, flaw) => {
    expect(await said(audit, [{ ...exemption, ...change }], "2026-12-31")).toEqual([
      "logs-expire audit",
      `The exemption from logs-expire of audit is incomplete: ${flaw}.`,
    ]);
  });

  test("of a component is for what that type of component makes", () => {
    const made = (component: string, name: string) => ({
      type: aws.logGroup,
      name,
      urn: `urn:pulumi:dev::shop::shop:Api$${component}$${aws.logGroup}::${name}`,
      inputs: {},
      protect: false,
      references: {},
    });
    const { violations } = judge(stackOf([made("shop:Function", "mine"), made("shop:Queue", "other")]), {
      rules: [logsExpire],
      exemptions: [{ ...exemption, of: { component: "shop:Function" } }],
      today: "2026-12-31",
    });
    expect(violations.map(({ resource }) => resource.name)).toEqual(["other"]);
  });
});

test("every exemption of this repository ends in March 2027 and has the platform team as owner", () => {
  for (const { owner, expires } of ownExemptions)
    expect([owner, expires]).toEqual(["platform", "2027-03-31"]);
});
