import { afterEach, expect, test } from "@jest/globals";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import type { ConditionContext } from "../../../local/iam/iam.ts";
import type { Invocation, InvocationResult } from "../../../local/lambda/lambda.ts";
import { createSchedules } from "../../../local/scheduler/create-schedules.ts";
import type { ScheduleConfiguration } from "../../../local/scheduler/schedules.ts";

const start = Date.UTC(2026, 0, 2, 3, 4, 5);
const roleArn = "arn:aws:iam::000000000000:role/schedule";
const sweep: ScheduleConfiguration = {
  name: "sweep",
  arn: "arn:aws:scheduler:us-east-1:000000000000:schedule/default/sweep",
  groupArn: "arn:aws:scheduler:us-east-1:000000000000:schedule-group/default",
  expression: "rate(1 minute)",
  enabled: true,
  target: {
    arn: "arn:aws:lambda:us-east-1:000000000000:function:PeerSweeper",
    roleArn,
    maximumRetryAttempts: 0,
    maximumEventAge: 86_400,
  },
};
const minute = 60_000;

let stop = () => {};
afterEach(() => stop());

function scheduling(answer: () => InvocationResult | AwsError = () => ({ kind: "returned", payload: null })) {
  const clock = new AdvanceableClock(() => start);
  const invocations: (Invocation & { readonly after: number })[] = [];
  const assumed: { roleArn: string; service: string; context: ConditionContext | undefined }[] = [];
  const reports: string[] = [];
  let refused = false;
  const schedules = createSchedules({
    clock,
    iam: {
      assumeRole(role, service, context) {
        assumed.push({ roleArn: role, service, context });
        if (refused) throw new AwsError("AccessDenied", 403, "not authorized to perform: sts:AssumeRole");
        return { accessKeyId: "", secretAccessKey: "", sessionToken: "" };
      },
    },
    lambda: {
      invoke: async (invocation) => {
        invocations.push({ ...invocation, after: clock.now() - start });
        const result = answer();
        if (result instanceof Error) throw result;
        return result;
      },
    },
    report: (line) => reports.push(line),
    newId: () => "11111111-2222",
  });
  stop = () => schedules.stop();
  const times = () => invocations.map(({ after }) => after);
  return { clock, schedules, invocations, assumed, reports, times, refuse: () => (refused = true) };
}

test("a schedule invokes within its first minute, then at its rate", async () => {
  const { clock, schedules, times } = scheduling();
  schedules.putSchedule({ ...sweep, expression: "rate(5 minutes)" });
  await clock.advance(11 * minute);
  expect(times()).toEqual([59_000, 359_000, 659_000]);
});

test("when time is moved by weeks, the first invocation happens, and those of the last hour", async () => {
  const { clock, schedules, times } = scheduling();
  schedules.putSchedule(sweep);
  await clock.advance(30 * 24 * 60 * minute);
  expect(times().slice(0, 3)).toEqual([59_000, 2_588_459_000, 2_588_519_000]);
  expect(times()).toHaveLength(61);
  expect(times().at(-1)).toBe(2_591_999_000);
  await clock.advance(2 * minute);
  expect(times().slice(-2)).toEqual([2_592_059_000, 2_592_119_000]);
});

test("when time is moved by weeks, a schedule that is seldom due is invoked at its last twelve times", async () => {
  const { clock, schedules, times } = scheduling();
  schedules.putSchedule({ ...sweep, expression: "rate(15 minutes)" });
  await clock.advance(30 * 24 * 60 * minute);
  expect(times().slice(0, 2)).toEqual([59_000, 2_581_259_000]);
  expect(times()).toHaveLength(13);
  expect(times().at(-1)).toBe(2_591_159_000);
});

test("when time is moved by three hours, every invocation happens", async () => {
  const { clock, schedules, times } = scheduling();
  schedules.putSchedule(sweep);
  await clock.advance(180 * minute);
  expect(times()).toEqual(Array.from({ length: 180 }, (_, index) => 59_000 + index * minute));
});

test("the target is invoked with its role, which Scheduler assumes each time", async () => {
  const { clock, schedules, invocations, assumed } = scheduling();
  schedules.putSchedule(sweep);
  await clock.advance(minute);
  expect(invocations).toEqual([
    expect.objectContaining({
      functionName: sweep.target.arn,
      principal: { kind: "role", arn: roleArn },
      context: {},
    }),
  ]);
  const context = { "aws:SourceArn": sweep.groupArn, "aws:SourceAccount": "000000000000" };
  const expected = { roleArn, service: "scheduler.amazonaws.com", context };
  expect(assumed).toEqual([expected, expected]);
});

test("without an input the function receives Scheduler's own event", async () => {
  const { clock, schedules, invocations } = scheduling();
  schedules.putSchedule(sweep);
  await clock.advance(minute);
  expect(invocations[0]?.payload).toEqual({
    version: "0",
    id: "11111111-2222",
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: "000000000000",
    time: "2026-01-02T03:05:04Z",
    region: "us-east-1",
    resources: ["arn:aws:scheduler:us-east-1:000000000000:schedule/default/sweep"],
    detail: "{}",
  });
});

test("a declared input is sent instead, its context attributes filled in", async () => {
  const { clock, schedules, invocations } = scheduling();
  const input = '{"at":"<aws.scheduler.scheduled-time>","try":<aws.scheduler.attempt-number>}';
  schedules.putSchedule({ ...sweep, target: { ...sweep.target, input } });
  await clock.advance(minute);
  expect(invocations[0]?.payload).toEqual({ at: "2026-01-02T03:05:04Z", try: 1 });
});

test("a disabled, a deleted and a replaced schedule do not invoke as before", async () => {
  const { clock, schedules, times } = scheduling();
  schedules.putSchedule({ ...sweep, arn: "disabled", enabled: false });
  schedules.putSchedule({ ...sweep, arn: "deleted" });
  schedules.deleteSchedule("deleted");
  schedules.putSchedule(sweep);
  schedules.putSchedule({ ...sweep, expression: "rate(1 hour)" });
  await clock.advance(10 * minute);
  expect(times()).toEqual([59_000]);
});

test("a refused invocation is tried again as often as the retry policy says, then given up", async () => {
  const { clock, schedules, times, reports } = scheduling(
    () => new AwsError("AccessDenied", 403, "no grant"),
  );
  const target = { ...sweep.target, maximumRetryAttempts: 2 };
  schedules.putSchedule({ ...sweep, expression: "rate(1 hour)", target });
  await clock.advance(10 * minute);
  expect(times()).toEqual([59_000, 60_000, 62_000]);
  expect(reports).toEqual(["Schedule sweep: an event was given up: no grant"]);
});

test("an event older than the retry policy allows is given up", async () => {
  const { clock, schedules, times } = scheduling(() => new AwsError("AccessDenied", 403, "no grant"));
  const target = { ...sweep.target, maximumRetryAttempts: 185, maximumEventAge: 60 };
  schedules.putSchedule({ ...sweep, expression: "rate(1 hour)", target });
  await clock.advance(10 * minute);
  expect(times()).toEqual([59_000, 60_000, 62_000, 66_000, 74_000, 90_000]);
});

test("a function that fails is tried three times by Lambda, whatever the retry policy", async () => {
  const failed = { kind: "failed", errorType: "Error", errorMessage: "no" } as const;
  const { clock, schedules, times, reports } = scheduling(() => failed);
  schedules.putSchedule({ ...sweep, expression: "rate(1 hour)" });
  await clock.advance(10 * minute);
  expect(times()).toEqual([59_000, 119_000, 239_000]);
  expect(reports).toEqual(["Schedule sweep: its function failed three times: Error: no"]);
});

test("a role that Scheduler may not assume is refused when the schedule is made", () => {
  const { schedules, refuse } = scheduling();
  refuse();
  expect(() => schedules.putSchedule(sweep)).toThrow(
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  );
});

test("an expression that is not a rate is refused by name", () => {
  const { schedules } = scheduling();
  expect(() => schedules.putSchedule({ ...sweep, expression: "cron(0 12 * * ? *)" })).toThrow(
    "Schedule sweep: the local cloud runs rate(N minutes|hours|days), not cron(0 12 * * ? *)",
  );
});

test("nothing is invoked after stop", async () => {
  const { clock, schedules, times } = scheduling();
  schedules.putSchedule(sweep);
  schedules.stop();
  await clock.advance(10 * minute);
  expect(times()).toEqual([]);
});
