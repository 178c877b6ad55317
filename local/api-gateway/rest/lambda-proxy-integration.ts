import { AwsError } from "../../aws-error.ts";
import type { Clock } from "../../clock.ts";
import type { Lambda } from "../../lambda/lambda.ts";
import { callFunction, type FunctionTarget } from "../call-function.ts";
import type { Refusal } from "./gateway-responses.ts";
import type { HttpResponse } from "./http-response.ts";
import { parseProxyResponse } from "./proxy-response.ts";

export interface ProxyInvocation extends FunctionTarget {
  /** `<executionArn>/<stage>/<verb>/<resource path>`. */
  readonly sourceArn: string;
  readonly event: unknown;
}

/**
 * Invokes the function and takes its answer. What goes wrong is told to the caller only as "Internal server
 * error": 502 for a function that failed or answered malformed, 500 when it could not be invoked
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html), 504
 * when it took longer than the integration's timeout.
 */
export async function lambdaProxyIntegration(
  invocation: ProxyInvocation,
  services: { readonly lambda: Pick<Lambda, "invoke">; readonly clock: Clock },
): Promise<HttpResponse | Refusal> {
  const outcome = await callFunction(services, invocation, invocation.sourceArn, invocation.event);
  switch (outcome.kind) {
    case "timed-out":
      return { responseType: "INTEGRATION_TIMEOUT" };
    case "refused":
      if (!(outcome.error instanceof AwsError)) throw outcome.error;
      return outcome.error.code === "RequestTooLargeException"
        ? { responseType: "REQUEST_TOO_LARGE" }
        : { responseType: "API_CONFIGURATION_ERROR" };
    case "failed":
      return { responseType: "DEFAULT_5XX" };
    case "returned":
      return parseProxyResponse(outcome.payload) ?? { responseType: "DEFAULT_5XX" };
  }
}
