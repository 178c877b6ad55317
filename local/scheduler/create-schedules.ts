import { randomUUID } from "node:crypto";
import { account } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Iam } from "../iam/iam.ts";
import { createAsynchronousInvoker } from "../lambda/asynchronous-invocation.ts";
import type { Lambda } from "../lambda/lambda.ts";
import { periodOf } from "./rate-expression.ts";
import { type Occurrence, schedulePayload } from "./schedule-payload.ts";
import type { ScheduleConfiguration, Schedules } from "./schedules.ts";

export interface SchedulesOptions {
  readonly clock: Clock;
  readonly iam: Pick<Iam, "assumeRole">;
  readonly lambda: Pick<Lambda, "invoke">;
  /** Tells the developer of an event that was given up. Default stderr. */
  readonly report?: (line: string) => void;
  readonly newId?: () => string;
}

const service = "scheduler.amazonaws.com";
/**
 * A rate without a start date begins at once, and every time has a precision of 60 s. Taking all of it
 * keeps the first invocations out of a start of the local cloud.
 */
const firstDelay = 59_000;
const firstRetryDelay = 1000;
const longestRetryDelay = 60_000;

/** Of one schedule while time is moved: three hours of minutes, of which each takes some milliseconds. */
const mostAtOnce = 180;
/** Of more than those: enough for whatever is done by the hour, such as a walk of all subscriptions, to be done at the end. */
const lastOfMore = { time: 3_600_000, atLeast: 12 };

/**
 * Schedules that invoke Lambda functions asynchronously, as EventBridge Scheduler does. When time is moved
 * past more than 181 invocations of a schedule, only the first happens, and those of the last hour, but at least 12.
 */
export function createSchedules(options: SchedulesOptions): Schedules {
  const { clock, iam, lambda, newId = randomUUID } = options;
  const report = options.report ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const invoker = createAsynchronousInvoker({ clock, lambda });
  const timers = new Map<string, Timer>();
  const put = new Map<string, ScheduleConfiguration>();
  const retries = new Set<Timer>();
  let stopped = false;

  const assumeRole = ({ target, groupArn }: ScheduleConfiguration) =>
    iam.assumeRole(target.roleArn, service, {
      "aws:SourceArn": groupArn,
      "aws:SourceAccount": account.id,
    });

  const deliver = async (schedule: ScheduleConfiguration, occurrence: Occurrence): Promise<void> => {
    const { target, name } = schedule;
    try {
      assumeRole(schedule);
      const result = await invoker.invoke({
        functionName: target.arn,
        payload: schedulePayload(schedule, occurrence),
        principal: { kind: "role", arn: target.roleArn },
        context: {},
      });
      if (result?.kind !== "failed" || stopped) return;
      report(
        `Schedule ${name}: its function failed three times: ${result.errorType}: ${result.errorMessage}`,
      );
    } catch (error) {
      const delay = Math.min(firstRetryDelay * 2 ** (occurrence.attempt - 1), longestRetryDelay);
      const tooOld = clock.now() + delay > occurrence.time + target.maximumEventAge * 1000;
      if (stopped) return;
      if (occurrence.attempt > target.maximumRetryAttempts || tooOld) {
        const why = error instanceof Error ? error.message : String(error);
        return report(`Schedule ${name}: an event was given up: ${why}`);
      }
      const timer = clock.setTimeout(() => {
        retries.delete(timer);
        void deliver(schedule, { ...occurrence, attempt: occurrence.attempt + 1 });
      }, delay);
      retries.add(timer);
    }
  };

  const arm = (schedule: ScheduleConfiguration, period: number, due: number): void => {
    const timer = clock.setTimeout(() => {
      const ahead = Math.floor((clock.target() - due) / period);
      const last = Math.max(Math.floor(lastOfMore.time / period), lastOfMore.atLeast);
      const missed = ahead > mostAtOnce ? ahead - last : 0;
      arm(schedule, period, due + period * (1 + missed));
      void deliver(schedule, { id: newId(), time: due, attempt: 1 });
    }, due - clock.now());
    timers.set(schedule.arn, timer);
  };

  return {
    putSchedule(schedule) {
      const period = periodOf(schedule.expression);
      if (period === undefined) {
        throw new AwsError(
          "ValidationException",
          400,
          `Schedule ${schedule.name}: the local cloud runs rate(N minutes|hours|days), not ${schedule.expression}`,
        );
      }
      try {
        assumeRole(schedule);
      } catch (cause) {
        const refused = new AwsError(
          "ValidationException",
          400,
          "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
        );
        refused.cause = cause;
        throw refused;
      }
      timers.get(schedule.arn)?.cancel();
      timers.delete(schedule.arn);
      put.set(schedule.arn, schedule);
      if (schedule.enabled) arm(schedule, period, clock.now() + firstDelay);
    },
    deleteSchedule(arn) {
      timers.get(arn)?.cancel();
      timers.delete(arn);
      put.delete(arn);
    },
    schedule: (arn) => put.get(arn),
    stop() {
      stopped = true;
      for (const timer of [...timers.values(), ...retries]) timer.cancel();
      timers.clear();
      invoker.stop();
    },
  };
}
