import { account } from "../account.ts";
import type { Clock } from "../clock.ts";
import type { InvocationResult, Lambda } from "../lambda/lambda.ts";

/** A function that API Gateway calls, as a deployment captured it. */
export interface FunctionTarget {
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
  /** X-Ray's tracing header. */
  readonly trace?: string;
}

/** `refused`: the function was not invoked. `latency` is in milliseconds. */
export type CallOutcome = (
  | InvocationResult
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "timed-out" }
) & { readonly latency: number };

/** Invokes the function as API Gateway does; `sourceArn` is what its permission must name. Never rejects. */
export async function callFunction(
  { clock, lambda }: { readonly clock: Clock; readonly lambda: Pick<Lambda, "invoke"> },
  { functionArn, timeoutMilliseconds, trace }: FunctionTarget,
  sourceArn: string,
  payload: unknown,
): Promise<CallOutcome> {
  const startedAt = clock.now();
  const { promise: timeout, resolve: timeOut } = Promise.withResolvers<CallOutcome>();
  const timer = clock.setTimeout(
    () => timeOut({ kind: "timed-out", latency: timeoutMilliseconds }),
    timeoutMilliseconds,
  );
  const call = async (): Promise<CallOutcome> => {
    try {
      const result = await lambda.invoke({
        functionName: functionArn,
        payload,
        principal: { kind: "service", service: "apigateway.amazonaws.com" },
        context: { "aws:SourceArn": sourceArn, "aws:SourceAccount": account.id },
        ...(trace !== undefined && { trace }),
      });
      return { ...result, latency: clock.now() - startedAt };
    } catch (error) {
      return { kind: "refused", error, latency: clock.now() - startedAt };
    }
  };
  const outcome = await Promise.race([call(), timeout]);
  timer.cancel();
  return outcome;
}
