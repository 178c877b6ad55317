import type { ConditionContext, Principal } from "../iam/iam.ts";

export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** File name → text, as in the deployment package. */
  readonly files: Readonly<Record<string, string>>;
  /** `<file without extension>.<export>`. */
  readonly handler: string;
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** Whether Lambda begins traces of it, which its role must allow. Default false. */
  readonly isTraced?: boolean;
}

/** `lambda:InvokeFunction` for one service and one source. */
export interface FunctionPermission {
  readonly statementId: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

export interface EventSourceMappingConfiguration {
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency: number;
}

export interface Invocation {
  /** Name or ARN. */
  readonly functionName: string;
  readonly payload: unknown;
  readonly principal: Principal;
  /** `aws:SourceArn` and the like, as the calling service sends them. */
  readonly context: ConditionContext;
  /** X-Ray's tracing header, of a service that takes part in a trace. */
  readonly trace?: string | undefined;
}

/** What Invoke answers. `functionError` is set when the handler threw, timed out, or its instance died. */
export type InvocationResult =
  | { readonly kind: "returned"; readonly payload: unknown }
  | {
      readonly kind: "failed";
      readonly errorType: string;
      readonly errorMessage: string;
    };

/** Functions, who may invoke them, and the instances that run them. */
export interface Lambda {
  putFunction(configuration: FunctionConfiguration): Promise<void>;
  deleteFunction(name: string): Promise<void>;
  /** What a function was last put with. */
  configuration(name: string): FunctionConfiguration | undefined;
  putPermission(functionName: string, permission: FunctionPermission): void;
  deletePermission(functionName: string, statementId: string): void;
  permission(functionName: string, statementId: string): FunctionPermission | undefined;

  /** Returns the mapping's UUID. */
  putEventSourceMapping(configuration: EventSourceMappingConfiguration, uuid?: string): Promise<string>;
  deleteEventSourceMapping(uuid: string): Promise<void>;
  eventSourceMapping(uuid: string): EventSourceMappingConfiguration | undefined;

  /**
   * Runs the function once, in an instance that runs nothing else meanwhile. Throws AwsError:
   * `AccessDeniedException` without permission, `ResourceNotFoundException`,
   * `TooManyRequestsException` when every allowed instance is busy.
   */
  invoke(invocation: Invocation): Promise<InvocationResult>;

  /** Instances alive now, by function name. */
  instances(): Readonly<Record<string, number>>;
  /**
   * Ends the instances of the function that run an invocation now, as when a process dies of a signal: the
   * invocation fails with `Runtime.ExitError`. Answers how many; undefined without such a function.
   */
  kill(functionName: string): number | undefined;
  /**
   * Stops the instances that the function has now for so many milliseconds of the clock, each between two
   * turns of its event loop: no timer fires and no answer is read. What an idle one is given waits; a
   * timeout still ends an invocation. Answers how many; undefined without such a function.
   */
  freeze(functionName: string, milliseconds: number): number | undefined;
  /**
   * Ends the function's idle instances, so that the next invocation starts a new one. Answers how many;
   * undefined without such a function.
   */
  recycle(functionName: string): Promise<number | undefined>;
  /** Invocations whose handler returned with work still pending (Lambda freezes it), by function name. */
  unfinishedWork(): Readonly<Record<string, number>>;
  /** Ends pollers and instances. */
  stop(): Promise<void>;
}
