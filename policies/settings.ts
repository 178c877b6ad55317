/** The limits that rules compare with. A team changes them where it makes its pack. */
export interface Settings {
  /** Receives before a message becomes a dead letter. Below 5, throttling alone makes dead letters. */
  readonly minimumReceives: number;
  readonly maximumReceives: number;
  /** Concurrent invocations that one queue may cause. */
  readonly maximumConcurrency: number;
  /** Attempts after the first, of a schedule, an event target, a stream or an asynchronous invocation. */
  readonly maximumRetries: number;
  /** Days that log lines may be kept: they hold metadata of people's calls. */
  readonly maximumLogRetentionDays: number;
  /** Days that a backup is kept at least. */
  readonly minimumBackupRetentionDays: number;
  /** Days between two rotations of a secret, at most. */
  readonly maximumRotationDays: number;
  /** Bytes of a function's files, before compression. */
  readonly maximumPackageBytes: number;
  /** Seconds after which API Gateway gives up waiting for a function. */
  readonly apiTimeoutSeconds: number;
  /** Requests a second, and at once, of a throttle. API Gateway's default quota of an account and Region. */
  readonly maximumRate: number;
  readonly maximumBurst: number;
  /** Read or write request units a second of an on-demand table. */
  readonly maximumRequestUnits: number;
}

/**
 * Receives: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html. Rate and burst:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. Request units, the default quota of a
 * table: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
 */
export const defaultSettings: Settings = {
  minimumReceives: 5,
  maximumReceives: 15,
  maximumConcurrency: 1_000,
  maximumRetries: 10,
  maximumLogRetentionDays: 90,
  minimumBackupRetentionDays: 7,
  maximumRotationDays: 90,
  maximumPackageBytes: 1_000_000,
  apiTimeoutSeconds: 29,
  maximumRate: 10_000,
  maximumBurst: 5_000,
  maximumRequestUnits: 40_000,
};
