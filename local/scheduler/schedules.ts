export interface ScheduleConfiguration {
  readonly name: string;
  readonly arn: string;
  /** Of the schedule group, which is the source that the target's role sees. */
  readonly groupArn: string;
  /** `rate(N minutes|hours|days)`. */
  readonly expression: string;
  readonly enabled: boolean;
  readonly target: {
    /** A Lambda function. */
    readonly arn: string;
    readonly roleArn: string;
    /** JSON text sent instead of the scheduler's own event. */
    readonly input?: string;
    readonly maximumRetryAttempts: number;
    /** Seconds after its time that an event is still tried. */
    readonly maximumEventAge: number;
  };
}

/** EventBridge Scheduler: invokes functions at a rate, on the local cloud's clock. */
export interface Schedules {
  /**
   * Makes the schedule or replaces it; its rate starts anew. Throws AwsError ValidationException for an
   * expression that is not a rate, and when Scheduler may not assume the target's role.
   */
  putSchedule(configuration: ScheduleConfiguration): void;
  deleteSchedule(arn: string): void;
  schedule(arn: string): ScheduleConfiguration | undefined;
  stop(): void;
}
