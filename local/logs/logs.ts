export interface LogLine {
  /** Epoch milliseconds of the local cloud's clock. */
  readonly time: number;
  readonly logGroup: string;
  readonly message: string;
}

/** Log groups, as CloudWatch Logs keeps them: lines older than the retention are gone. */
export interface Logs {
  /** Retention in days; 0 keeps lines for ever. */
  putLogGroup(name: string, retentionInDays: number): void;
  deleteLogGroup(name: string): void;
  /** Throws AwsError ResourceNotFoundException when the group does not exist. */
  append(logGroup: string, message: string): void;
  /** Newest last, at most `limit`. */
  lines(filter?: {
    readonly logGroup?: string;
    readonly since?: number;
    readonly limit?: number;
  }): readonly LogLine[];
  groups(): readonly { readonly name: string; readonly retentionInDays: number }[];
}
