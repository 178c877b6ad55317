import { AwsError } from "../../aws-error.ts";
import type { Clock } from "../../clock.ts";
import type { InvocationResult, Lambda } from "../../lambda/lambda.ts";
import type { Refusal } from "./gateway-responses.ts";
import type { HttpResponse } from "./http-response.ts";
import { parseProxyResponse } from "./proxy-response.ts";

export interface ProxyInvocation {
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
  /** `<executionArn>/<stage>/<verb>/<resource path>`. */
  readonly sourceArn: string;
  readonly event: unknown;
}

/**
 * Invokes the function and takes its answer. What goes wrong is told to the caller only as
 * "Internal server error": 502 for a function that failed or answered malformed, 500 when it could not be invoked
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html), 504 when it took
 * longer than the integration's timeout.
 */
export async function lambdaProxyIntegration(
  invocation: ProxyInvocation,
  { lambda, clock }: { readonly lambda: Pick<Lambda, "invoke">; readonly clock: Clock },
): Promise<HttpResponse | Refusal> {
  const outcome = await withTimeout(clock, invocation.timeoutMilliseconds, () =>
    lambda.invoke({
      functionName: invocation.functionArn,
      payload: invocation.event,
      principal: { kind: "service", service: "apigateway.amazonaws.com" },
      context: { "aws:SourceArn": invocation.sourceArn },
    }),
  );
  if (outcome === "timed out") return { responseType: "INTEGRATION_TIMEOUT" };
  if (outcome.kind === "refused") {
    const tooLarge = outcome.error.code === "RequestTooLargeException";
    return { responseType: tooLarge ? "REQUEST_TOO_LARGE" : "API_CONFIGURATION_ERROR" };
  }
  const response = outcome.kind === "returned" ? parseProxyResponse(outcome.payload) : undefined;
  return response ?? { responseType: "DEFAULT_5XX" };
}

type Outcome = InvocationResult | { readonly kind: "refused"; readonly error: AwsError };

function withTimeout(
  clock: Clock,
  milliseconds: number,
  invoke: () => Promise<InvocationResult>,
): Promise<Outcome | "timed out"> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => resolve("timed out"), milliseconds);
    invoke()
      .then(resolve, (error: unknown) =>
        error instanceof AwsError ? resolve({ kind: "refused", error }) : reject(error),
      )
      .finally(() => timer.cancel());
  });
}
