import { pseudonym } from "../../shared/digest.ts";
import { readContext } from "../../shared/lambda-context.ts";
import type { LogFields } from "../../shared/log-line.ts";
import type { Line, Telemetry } from "../../shared/telemetry.ts";
import { type Caller, callerOf } from "./caller.ts";
import { answer, type HttpAnswer, type HttpRequest, readRequest } from "./http.ts";
import { type ProblemCode, problem } from "./problems.ts";
import type { TokenVerifier } from "./tokens.ts";

export interface CallerPorts {
  readonly tokens: TokenVerifier;
  readonly telemetry: Telemetry;
  readonly explainFault: ExplainFault;
  readonly settings: {
    readonly tenantClaim: string;
    readonly sharedTenant: string;
    readonly corsOrigins: readonly string[];
  };
}

/** What a caller is told of a fault, and what is logged of it. */
export type ExplainFault = (error: unknown) => { readonly code: ProblemCode; readonly logged: unknown };

/** A request of somebody whose token is good. */
export interface Asked {
  readonly caller: Extract<Caller, { kind: "caller" }>;
  readonly request: HttpRequest;
  readonly line: Line;
  /** Milliseconds until the function is ended. */
  readonly remaining: () => number;
}

export type Served =
  | { readonly kind: "served"; readonly status: 200 | 201; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly field?: string };

/**
 * Answers a request of a route that is for callers with a token: the token first, then what `serve` makes of it. A
 * refusal or a fault becomes problem details. Never throws for what a caller sends.
 */
export const serveCaller = (
  ports: CallerPorts,
  event: LogFields["event"],
  serve: (asked: Asked) => Promise<Served>,
) => {
  return (received: unknown, context?: unknown): Promise<HttpAnswer> =>
    ports.telemetry.observe(event, async (line) => {
      const { tokens, explainFault, settings } = ports;
      const request = readRequest(received);
      line.add({ requestId: request.requestId });
      const decide = async (): Promise<Served> => {
        const caller = await callerOf(tokens, request.headers.get("authorization"), settings);
        if (caller.kind === "refused") return caller;
        line.add({ subject: pseudonym(caller.subject), tenant: caller.tenant });
        return serve({ caller, request, line, remaining: readContext(context).remaining });
      };
      let isFault = false;
      const served = await decide().catch((error: unknown): Served => {
        isFault = true;
        const { code, logged } = explainFault(error);
        line.fail(logged);
        return { kind: "refused", code };
      });
      if (served.kind === "served") return answer(request, settings.corsOrigins, served.status, served.body);
      const { status, body } = problem(served.code, request.requestId, served.field);
      if (!isFault) line.add({ outcome: "refused", code: served.code });
      return answer(request, settings.corsOrigins, status, body);
    });
};
