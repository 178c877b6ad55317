import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import type { Invocation, InvocationResult, Lambda } from "./lambda.ts";

export interface AsynchronousInvoker {
  /**
   * Invokes as Lambda does for an event: while the function is throttled it tries again for up to six
   * hours, from 1 s to 5 min apart; when the function fails it tries twice more, after 1 and 2 minutes
   * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). Rejects with the
   * AwsError of an invocation that Lambda did not accept. Resolves with the last result, or `undefined`
   * when the event grew too old or the invoker was stopped.
   */
  invoke(invocation: Invocation): Promise<InvocationResult | undefined>;
  /** Ends every wait. */
  stop(): void;
}

const retryDelays = [60_000, 120_000];
const firstThrottleDelay = 1000;
const longestThrottleDelay = 300_000;
const longestAge = 6 * 60 * 60 * 1000;

export function createAsynchronousInvoker(options: {
  readonly clock: Clock;
  readonly lambda: Pick<Lambda, "invoke">;
}): AsynchronousInvoker {
  const { clock, lambda } = options;
  const waits = new Set<() => void>();
  let stopped = false;

  const wait = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      if (stopped) return resolve();
      const end = () => {
        timer.cancel();
        waits.delete(end);
        resolve();
      };
      const timer = clock.setTimeout(end, milliseconds);
      waits.add(end);
    });

  const invokeWhenFree = async (invocation: Invocation, until: number) => {
    for (let delay = firstThrottleDelay; ; delay = Math.min(2 * delay, longestThrottleDelay)) {
      if (stopped || clock.now() > until) return undefined;
      try {
        const invoked = lambda.invoke(invocation);
        // Else a clock moved by minutes would pass the function's timeout before it ran.
        clock.hold(invoked);
        return await invoked;
      } catch (error) {
        if (!(error instanceof AwsError) || error.status !== 429) throw error;
        await wait(delay);
      }
    }
  };

  return {
    async invoke(invocation) {
      const until = clock.now() + longestAge;
      let result = await invokeWhenFree(invocation, until);
      for (const delay of retryDelays) {
        if (result?.kind !== "failed") break;
        await wait(delay);
        result = (await invokeWhenFree(invocation, until)) ?? result;
      }
      return result;
    },
    stop() {
      stopped = true;
      for (const end of waits) end();
    },
  };
}
