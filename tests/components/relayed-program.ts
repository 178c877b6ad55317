import { beforeAll, expect, test } from "@jest/globals";
import { exemptions } from "../../policies/exemptions.ts";
import { judge } from "../../policies/judge.ts";
import type { Stack } from "../../policies/stack.ts";
import { relayedProgram } from "../policies/programs.ts";
import { turnSecretArn } from "./declared-relay.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await relayedProgram();
}, 60_000);

const inputsOf = (type: string, name: string) =>
  stack.ofType(type).find((resource) => resource.name === name)?.inputs;

test("with a relay of its own, proofs come with credentials for it", () => {
  expect(inputsOf("aws:lambda/function:Function", "IssueProofHandler")).toMatchObject({
    environment: {
      variables: {
        TURN_URLS:
          '["turn:relay.elb.example.com:3478?transport=udp","turn:relay.elb.example.com:443?transport=tcp"]',
        TURN_SECRET_ARN: turnSecretArn,
      },
    },
  });
});

test("an alarm rises when no task of it is healthy, or nothing says so", () => {
  expect(inputsOf("aws:cloudwatch/metricAlarm:MetricAlarm", "relay-down")).toMatchObject({
    namespace: "AWS/NetworkELB",
    metricName: "HealthyHostCount",
    dimensions: { LoadBalancer: "net/relay/1", TargetGroup: "net/relay-udp/1" },
    statistic: "Maximum",
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    period: 60,
    evaluationPeriods: 3,
    treatMissingData: "breaching",
  });
});

test("it breaks no rule, and uses every exemption", () => {
  const { violations, complaints } = judge(stack, { exemptions, today: "2026-11-25" });
  expect(violations.map(({ rule, resource }) => [rule, resource.name])).toEqual([]);
  expect(complaints).toEqual([]);
});
