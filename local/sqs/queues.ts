export interface QueueConfiguration {
  readonly name: string;
  readonly arn: string;
  /** CreateQueue's Attributes: VisibilityTimeout, FifoQueue, RedrivePolicy …, all text. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** SQS: fauxqs, and in front of it what fauxqs lacks and we rely on. */
export interface Queues {
  /** Creates the queue, changes its attributes, or keeps the messages of one that a data folder already holds. Returns its URL. */
  putQueue(configuration: QueueConfiguration): Promise<string>;
  deleteQueue(name: string): Promise<void>;
  /** The queue's attributes, policies included; undefined when there is no such queue. */
  attributes(queueUrl: string): Promise<Readonly<Record<string, string>> | undefined>;
  putQueuePolicy(queueUrl: string, policy: string): Promise<void>;
  deleteQueuePolicy(queueUrl: string): Promise<void>;
  putRedriveAllowPolicy(queueUrl: string, policy: string): Promise<void>;
  deleteRedriveAllowPolicy(queueUrl: string): Promise<void>;
  /**
   * One SQS call, after authorization: the operation (`SendMessage` …) and its JSON request. Answers with
   * the service's own JSON; throws AwsError for what it refuses.
   */
  handle(operation: string, request: unknown): Promise<{ readonly status: number; readonly body: string }>;
  /** The action, the queue's ARN, and the queue policies that the decision must consider. */
  accessOf(
    operation: string,
    request: unknown,
  ): { readonly action: string; readonly resource: string; readonly resourcePolicies: readonly string[] };
  stop(): Promise<void>;
}
