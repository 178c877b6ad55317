import { AwsError } from "../../aws-error.ts";
import { type CallOutcome, callFunction, type FunctionTarget } from "../call-function.ts";
import type { Happening } from "./context-variables.ts";
import { routeArn, type ServedApi } from "./gateway.ts";
import { type ProxyResponse, parseProxyResponse } from "./proxy-response.ts";

/** What a route's function answered, and what the access log says of it. */
export interface Integrated {
  readonly kind: CallOutcome["kind"];
  /** Undefined when the function did not return a proxy response. */
  readonly response: ProxyResponse | undefined;
  readonly log: NonNullable<Happening["integration"]>;
}

/** Calls the Lambda proxy integration of a route. Never rejects. */
export async function integrate(
  api: ServedApi,
  stage: string,
  route: { readonly routeKey: string; readonly integration: FunctionTarget },
  event: unknown,
): Promise<Integrated> {
  const sourceArn = routeArn(api, stage, route.routeKey);
  const outcome = await callFunction(api.gateway, route.integration, sourceArn, event);
  const response = outcome.kind === "returned" ? parseProxyResponse(outcome.payload) : undefined;
  const log = { status: response?.statusCode, latency: outcome.latency, error: errorOf(outcome) };
  return { kind: outcome.kind, response, log };
}

function errorOf(outcome: CallOutcome): string | undefined {
  switch (outcome.kind) {
    case "returned":
      return undefined;
    case "failed":
      return outcome.errorMessage;
    case "timed-out":
      return "Endpoint request timed out";
    case "refused":
      return outcome.error instanceof AwsError
        ? `${outcome.error.code}: ${outcome.error.message}`
        : String(outcome.error);
  }
}
