import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { countAwsCall } from "./aws-calls.ts";
import { Failure } from "./failure.ts";
import { classify } from "./transient-errors.ts";

export type Dependency = "dynamodb" | "sqs" | "connections" | "secrets";

/** Which failures are tried again: all that time may heal, or only those that certainly had no effect. */
export type Repeated = "transient" | "throttled";

/** Milliseconds, and retries after the first attempt. A call ends within `total` plus one short pause. */
export interface Limits {
  readonly retries: number;
  readonly attempt: number;
  readonly total: number;
}

/** Sized so that a frame's three calls, all at their worst, end within the relay's 10 seconds. */
export const limits: Readonly<Record<Dependency, Limits>> = {
  dynamodb: { retries: 2, attempt: 1_500, total: 3_000 },
  sqs: { retries: 2, attempt: 1_500, total: 3_000 },
  secrets: { retries: 2, attempt: 1_500, total: 3_000 },
  connections: { retries: 1, attempt: 1_500, total: 2_500 },
};

export type Resilient = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>;

const consecutiveFailures = 5;
const circuitOpenFor = 5_000;

/**
 * Retries a throttled or failing call with growing, jittered pauses; aborts a slow attempt; after five
 * failing attempts in a row refuses calls for five seconds. Throttling does not open the circuit: it
 * may concern one connection or one key only. When it gives up it throws Failure
 * `<dependency>_unavailable`, retryable. Any other error passes through unchanged. Nothing is left
 * running when it settles.
 */
export function resilient(
  dependency: Dependency,
  { retries, attempt, total }: Limits = limits[dependency],
  repeated: Repeated = "transient",
): Resilient {
  const slow = { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false };
  const policy = wrap(
    timeout(total, slow),
    retry(
      handleWhen((error) => {
        const is = classify(error);
        return is === "throttled" || (is === "failing" && repeated === "transient");
      }),
      { maxAttempts: retries, backoff: new ExponentialBackoff({ initialDelay: 40, maxDelay: 150 }) },
    ),
    circuitBreaker(
      handleWhen((error) => classify(error) === "failing"),
      { halfOpenAfter: circuitOpenFor, breaker: new ConsecutiveBreaker(consecutiveFailures) },
    ),
    timeout(attempt, slow),
  );
  return async (call) => {
    try {
      return await policy.execute(({ signal }) => {
        countAwsCall();
        return call(signal);
      });
    } catch (error) {
      const open = error instanceof BrokenCircuitError;
      if (!open && classify(error) === "answered") throw error;
      throw new Failure(
        `${dependency}_unavailable`,
        open ? `the circuit of ${dependency} is open` : `${dependency} is throttled, failing or slow`,
        { cause: error, retryable: true },
      );
    }
  };
}
