import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { periodOf } from "../scheduler/rate-expression.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

const wholeNumber = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, "expected a schedule name"))),
  groupName: v.optional(v.literal("default", "only the default schedule group exists here"), "default"),
  description: v.optional(v.string(), ""),
  scheduleExpression: v.pipe(
    v.string(),
    v.check((expression) => periodOf(expression) !== undefined, "only rate(N minutes|hours|days) runs here"),
  ),
  flexibleTimeWindow: v.strictObject({ mode: v.literal("OFF", "flexible time windows do not run here") }),
  state: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  target: v.strictObject({
    arn: v.pipe(
      v.string(),
      v.regex(/^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+$/, "only functions are targets here"),
    ),
    roleArn: v.string(),
    input: v.optional(v.string()),
    retryPolicy: v.optional(
      v.strictObject({
        maximumRetryAttempts: v.optional(wholeNumber(0, 185), 185),
        maximumEventAgeInSeconds: v.optional(wholeNumber(60, 86_400), 86_400),
      }),
      {},
    ),
  }),
});

/** `aws:scheduler/schedule:Schedule`: invokes a function at a rate. */
export function schedulerSchedule({ schedules }: Pick<Services, "schedules">): ResourceHandler {
  const put = (declared: v.InferOutput<typeof inputs>, logicalName: string) => {
    const name = declared.name ?? logicalName;
    const arn = arnOf(declared.groupName, name);
    const { arn: targetArn, roleArn, input, retryPolicy } = declared.target;
    schedules.putSchedule({
      name,
      arn,
      groupArn: localArn("scheduler", `schedule-group/${declared.groupName}`),
      expression: declared.scheduleExpression,
      enabled: declared.state === "ENABLED",
      target: {
        arn: targetArn,
        roleArn,
        ...(input !== undefined && { input }),
        maximumRetryAttempts: retryPolicy.maximumRetryAttempts ?? 185,
        maximumEventAge: retryPolicy.maximumEventAgeInSeconds ?? 86_400,
      },
    });
    return {
      id: `${declared.groupName}/${name}`,
      outputs: {
        ...declared,
        name,
        arn,
        actionAfterCompletion: "NONE",
        region: account.region,
        scheduleExpressionTimezone: "UTC",
      },
    };
  };
  return resourceHandler({
    type: "aws:scheduler/schedule:Schedule",
    inputs,
    create: put,
    replacedBy: ["name", "groupName"],
    read: (existing) => {
      const schedule = schedules.schedule(textOutput(existing, "arn"));
      return schedule && { scheduleExpression: schedule.expression };
    },
    update: (existing, declared) => put(declared, textOutput(existing, "name")),
    delete: (existing) => schedules.deleteSchedule(textOutput(existing, "arn")),
  });
}

function arnOf(groupName: string, name: string): string {
  return localArn("scheduler", `schedule/${groupName}/${name}`);
}
