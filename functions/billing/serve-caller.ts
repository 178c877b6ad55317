import { pseudonym } from "../shared/digest.ts";
import { readContext } from "../shared/lambda-context.ts";
import type { LogFields } from "../shared/log-line.ts";
import type { Line, Telemetry } from "../shared/telemetry.ts";
import { callerOf } from "./caller.ts";
import { answer, type HttpAnswer, type HttpRequest, readRequest } from "./http.ts";
import { type ProblemCode, problem } from "./problems.ts";
import { problemOf, refusedByStripe } from "./stripe-problems.ts";
import type { TokenVerifier } from "./tokens.ts";

export interface CallerPorts {
  readonly tokens: TokenVerifier;
  readonly telemetry: Telemetry;
  readonly settings: {
    readonly tenantClaim: string;
    readonly sharedTenant: string;
    readonly corsOrigins: readonly string[];
  };
}

/** A request of somebody whose token is good. */
export interface Asked {
  /** `tenant#subject`. */
  readonly user: string;
  readonly request: HttpRequest;
  readonly line: Line;
  /** Milliseconds until the function is ended. */
  readonly remaining: () => number;
}

export type Served =
  | { readonly kind: "served"; readonly status: 200 | 201; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly field?: string };

/**
 * Answers a request of the customer's own routes: the token first, then what `serve` makes of it. A refusal or a
 * fault becomes problem details, which never carry Stripe's words. Never throws for what a caller sends.
 */
export const serveCaller = (
  { tokens, telemetry, settings }: CallerPorts,
  event: LogFields["event"],
  serve: (asked: Asked) => Promise<Served>,
) => {
  return (received: unknown, context?: unknown): Promise<HttpAnswer> =>
    telemetry.observe(event, async (line) => {
      const request = readRequest(received);
      line.add({ requestId: request.requestId });
      const decide = async (): Promise<Served> => {
        const caller = await callerOf(tokens, request.headers.get("authorization"), settings);
        if (caller.kind === "refused") return caller;
        const { user, tenant, subject } = caller;
        line.add({ subject: pseudonym(subject), tenant });
        return serve({ user, request, line, remaining: readContext(context).remaining });
      };
      const served = await decide().catch((error: unknown): Served => {
        line.fail(refusedByStripe(error));
        return { kind: "refused", code: problemOf(error) };
      });
      if (served.kind === "served") return answer(request, settings.corsOrigins, served.status, served.body);
      const { status, body } = problem(served.code, request.requestId, served.field);
      // What failed has been said.
      if (status < 500) line.add({ outcome: "refused", code: served.code });
      return answer(request, settings.corsOrigins, status, body);
    });
};
