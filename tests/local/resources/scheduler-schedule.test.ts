import { expect, test } from "@jest/globals";
import { schedulerSchedule } from "../../../local/resources/scheduler-schedule.ts";
import type { Schedules } from "../../../local/scheduler/schedules.ts";

const type = "aws:scheduler/schedule:Schedule";
const target = {
  arn: "arn:aws:lambda:us-east-1:000000000000:function:PeerSweeper",
  roleArn: "arn:aws:iam::000000000000:role/PeerSweeper-schedule",
  retryPolicy: { maximumRetryAttempts: 0 },
};
const inputs = { scheduleExpression: "rate(1 minute)", flexibleTimeWindow: { mode: "OFF" }, target };
const arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/PeerSweeper";

function handling() {
  const calls: unknown[] = [];
  const schedules: Schedules = {
    putSchedule: (configuration) => void calls.push(["put", configuration]),
    deleteSchedule: (scheduleArn) => void calls.push(["delete", scheduleArn]),
    schedule: () => undefined,
    stop: () => {},
  };
  return { calls, handler: schedulerSchedule({ schedules }) };
}

test("a schedule is made as declared, in the default group", async () => {
  const { calls, handler } = handling();
  const created = await handler.create({ type, name: "PeerSweeper", inputs });
  expect(created.id).toBe("default/PeerSweeper");
  expect(created.outputs).toMatchObject({ ...inputs, name: "PeerSweeper", arn, state: "ENABLED" });
  expect(calls).toEqual([
    [
      "put",
      {
        name: "PeerSweeper",
        arn,
        groupArn: "arn:aws:scheduler:us-east-1:000000000000:schedule-group/default",
        expression: "rate(1 minute)",
        enabled: true,
        target: {
          arn: target.arn,
          roleArn: target.roleArn,
          maximumRetryAttempts: 0,
          maximumEventAge: 86_400,
        },
      },
    ],
  ]);
});

test("state, input and retry policy are passed on, with AWS's defaults", async () => {
  const { calls, handler } = handling();
  const { retryPolicy: _, ...plain } = target;
  const changed = { ...inputs, state: "DISABLED", target: { ...plain, input: "{}" } };
  await handler.create({ type, name: "PeerSweeper", inputs: changed });
  expect(calls).toEqual([
    [
      "put",
      expect.objectContaining({
        enabled: false,
        target: { ...plain, input: "{}", maximumRetryAttempts: 185, maximumEventAge: 86_400 },
      }),
    ],
  ]);
});

test("a new name is a replacement, and a delete removes the schedule", async () => {
  const { calls, handler } = handling();
  const created = await handler.create({ type, name: "PeerSweeper", inputs });
  await expect(
    handler.update(created, { type, name: "PeerSweeper", inputs: { ...inputs, name: "renamed" } }),
  ).rejects.toThrow("name cannot change: the resource must be replaced");
  await handler.delete(created);
  expect(calls.slice(1)).toEqual([["delete", arn]]);
});

test.each([
  ["scheduleExpression", { scheduleExpression: "cron(0 12 * * ? *)" }],
  ["flexibleTimeWindow.mode", { flexibleTimeWindow: { mode: "FLEXIBLE" } }],
  ["groupName", { groupName: "other" }],
  ["startDate", { startDate: "2026-01-01T00:00:00Z" }],
  ["target.arn", { target: { ...target, arn: "arn:aws:sqs:us-east-1:000000000000:queue" } }],
  ["target.deadLetterConfig", { target: { ...target, deadLetterConfig: {} } }],
])("an input that does not run here is refused by name: %s", async (property, change) => {
  const creating = handling().handler.create({ type, name: "s", inputs: { ...inputs, ...change } });
  await expect(creating).rejects.toThrow(`${type} "s": input ${property} is not supported`);
});
