import { describe, expect, test } from "@jest/globals";
import { rules } from "../../policies/index.ts";
import type { Rule } from "../../policies/rule.ts";
import { recordedProgram } from "../components/recorded-program.ts";
import { declareWholeProgram } from "../components/whole-program.ts";

function rule(name: string): Rule {
  const found = rules.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no rule ${name}`);
  return found;
}

const violations = (name: string, props: Record<string, unknown>) =>
  rule(name).violations({ type: rule(name).types[0] ?? "", props });

test("the program breaks no rule, and every rule looks at something in it", async () => {
  const recorded = await recordedProgram(() => declareWholeProgram());
  for (const { name, types, violations } of rules) {
    const ruled = recorded.filter(({ type }) => types.includes(type));
    expect([name, ruled.length > 0]).toEqual([name, true]);
    expect([name, ruled.flatMap(({ type, inputs }) => violations({ type, props: inputs }))]).toEqual([
      name,
      [],
    ]);
  }
});

describe("each rule fires on what it forbids", () => {
  test("queue-has-dead-letters", () => {
    expect(violations("queue-has-dead-letters", { messageRetentionSeconds: 345_600 })).toEqual([
      "Set redrivePolicy; a dead-letter queue itself keeps messages for 1209600 seconds (14 days).",
    ]);
    expect(violations("queue-has-dead-letters", { redrivePolicy: undefined })).toEqual([]);
  });

  test("table-expires-rows", () => {
    const complaint = ["Set ttl with an attributeName and enabled: true."];
    expect(violations("table-expires-rows", {})).toEqual(complaint);
    expect(violations("table-expires-rows", { ttl: { attributeName: "a", enabled: false } })).toEqual(
      complaint,
    );
    expect(violations("table-expires-rows", { ttl: undefined })).toEqual([]);
  });

  test("table-recovers", () => {
    expect(violations("table-recovers", {})).toEqual([
      "Set pointInTimeRecovery: { enabled: true }.",
      "Set deletionProtectionEnabled: true.",
    ]);
    expect(
      violations("table-recovers", {
        pointInTimeRecovery: { enabled: false },
        deletionProtectionEnabled: false,
      }),
    ).toHaveLength(2);
  });

  test("logs-expire", () => {
    expect(violations("logs-expire", {})).toEqual(["Set retentionInDays."]);
    expect(violations("logs-expire", { retentionInDays: 0 })).toEqual(["Set retentionInDays."]);
  });

  test("role-names-its-actions", () => {
    const policy = (...Statement: object[]) => ({
      policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    const wide = { Effect: "Allow", Action: ["sqs:*", "sqs:SendMessage"], Resource: "*" };
    expect(violations("role-names-its-actions", policy(wide))).toEqual([
      "Write the actions of sqs:* out.",
      "Name the resources instead of *.",
    ]);
    const inverted = { Effect: "Allow", NotAction: "iam:*", NotResource: "arn:aws:s3:::x" };
    expect(violations("role-names-its-actions", policy(inverted))).toEqual([
      "Use Action instead of NotAction.",
      "Use Resource instead of NotResource.",
    ]);
    expect(violations("role-names-its-actions", policy({ ...wide, Effect: "Deny" }))).toEqual([]);
    expect(violations("role-names-its-actions", { policy: undefined })).toEqual([]);
  });
});
