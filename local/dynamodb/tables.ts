export interface TableConfiguration {
  readonly name: string;
  readonly arn: string;
  /** A CreateTable request's own members: KeySchema, AttributeDefinitions, GlobalSecondaryIndexes … */
  readonly createTable: Readonly<Record<string, unknown>>;
  readonly ttlAttribute?: string;
  readonly deletionProtection: boolean;
  /** Whether it can be restored to an earlier time. Default false. */
  readonly pointInTimeRecovery?: boolean;
}

/** A time of another table. */
export interface TableRestore {
  readonly from: string;
  /** As `2026-11-25T10:15:00Z`. */
  readonly at: string;
}

/** DynamoDB: dynalite, and in front of it what dynalite lacks and we rely on. */
export interface Tables {
  /** Creates it, or keeps the rows of one that is there with the same keys and local indexes. */
  putTable(configuration: TableConfiguration): Promise<void>;
  /**
   * Creates it with the rows that another table had when that second began. A table that was restored before keeps its
   * rows. Throws AwsError as RestoreTableToPointInTime does.
   */
  restoreTable(configuration: TableConfiguration, restore: TableRestore): Promise<void>;
  deleteTable(name: string): Promise<void>;
  /** The policy of the table with that ARN, and of its indexes. It has one. */
  putResourcePolicy(arn: string, policy: string): void;
  deleteResourcePolicy(arn: string): void;
  resourcePolicy(arn: string): string | undefined;
  /** What a table that still exists was last put with. */
  description(name: string): Promise<TableConfiguration | undefined>;
  /**
   * One DynamoDB call, after authorization: the operation (`GetItem` …) and its JSON request. Answers
   * status and JSON body in the service's own wire form; throws AwsError for what the front refuses.
   */
  handle(operation: string, request: unknown): Promise<{ readonly status: number; readonly body: string }>;
  /**
   * The action, resource ARNs and condition keys (`dynamodb:LeadingKeys`, `dynamodb:Attributes` …) that a call needs, and
   * the policies of the tables.
   */
  accessOf(
    operation: string,
    request: unknown,
  ): {
    readonly action: string;
    readonly resources: readonly string[];
    readonly context: Readonly<Record<string, readonly string[]>>;
    readonly resourcePolicies: readonly string[];
  };
  stop(): Promise<void>;
}
