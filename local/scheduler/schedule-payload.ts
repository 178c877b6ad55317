import { account } from "../account.ts";
import type { ScheduleConfiguration } from "./schedules.ts";

/** One time at which a schedule is due. */
export interface Occurrence {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/**
 * What the target receives: the declared input with its context attributes filled in
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html), or
 * the scheduler's own event, whose `detail` is the text `{}`. An input that is not JSON is sent as text.
 */
export function schedulePayload(schedule: ScheduleConfiguration, occurrence: Occurrence): unknown {
  const time = new Date(occurrence.time).toISOString().replace(/\.\d+Z$/, "Z");
  const { input } = schedule.target;
  if (input === undefined) {
    return {
      version: "0",
      id: occurrence.id,
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: account.id,
      time,
      region: account.region,
      resources: [schedule.arn],
      detail: "{}",
    };
  }
  const filled = input
    .replaceAll("<aws.scheduler.schedule-arn>", schedule.arn)
    .replaceAll("<aws.scheduler.scheduled-time>", time)
    .replaceAll("<aws.scheduler.execution-id>", occurrence.id)
    .replaceAll("<aws.scheduler.attempt-number>", String(occurrence.attempt));
  try {
    return JSON.parse(filled);
  } catch {
    return filled;
  }
}
