import { lambdaFunction, schedule } from "../aws.ts";
import { stackRule } from "../rule.ts";

const seconds = { minute: 60, hour: 3_600, day: 86_400 } as const;

export const scheduleNeverOverlapsItself = stackRule({
  name: "schedule-never-overlaps-itself",
  holds: "A function that runs at a rate times out before its next run.",
  why: "Two sweeps at once do the work twice and race each other's writes.",
  elsewhere: [],
  violationsOf: (stack) =>
    stack.ofType(schedule).flatMap((resource) => {
      const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(resource.text("scheduleExpression"));
      if (!rate) return [];
      const period = Number(rate[1]) * seconds[rate[2] as keyof typeof seconds];
      return stack
        .targets(resource, "target", lambdaFunction)
        .filter((target) => target.number("timeout", 3) >= period)
        .map((target) => ({
          resource,
          message: `Let ${target.name} time out before the next run, ${period} s later.`,
        }));
    }),
});
