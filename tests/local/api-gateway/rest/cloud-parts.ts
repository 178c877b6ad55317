import { createRestApis } from "../../../../local/api-gateway/rest/create-rest-apis.ts";
import type { RestApis } from "../../../../local/api-gateway/rest/rest-apis.ts";
import { AdvanceableClock } from "../../../../local/clock.ts";
import type { Invocation, InvocationResult } from "../../../../local/lambda/lambda.ts";
import type { XRay } from "../../../../local/xray/xray.ts";

/** 2026-01-02T03:04:05.678Z */
export const startTime = 1_767_323_045_678;

export interface CloudParts {
  readonly clock: AdvanceableClock;
  readonly restApis: RestApis;
  readonly invocations: Invocation[];
  readonly lines: { readonly logGroup: string; readonly message: string }[];
  readonly faults: unknown[];
  /** What the fake Lambda does with the next invocations. */
  respond: (invocation: Invocation) => Promise<InvocationResult> | InvocationResult;
}

export const returned = (payload: unknown): InvocationResult => ({ kind: "returned", payload });

/** REST APIs on a clock that only the test moves, with a fake Lambda and fake logs that have `/access`. */
export function cloudParts(xray?: Pick<XRay, "begin">): CloudParts {
  let count = 0;
  const parts = {
    clock: new AdvanceableClock(() => startTime),
    invocations: [] as Invocation[],
    lines: [] as { logGroup: string; message: string }[],
    faults: [] as unknown[],
    respond: (_: Invocation): Promise<InvocationResult> | InvocationResult =>
      returned({ statusCode: 200, body: '{"ok":true}' }),
  };
  const restApis = createRestApis({
    clock: parts.clock,
    xray,
    lambda: {
      invoke: async (invocation) => {
        parts.invocations.push(invocation);
        return parts.respond(invocation);
      },
    },
    logs: {
      append: (logGroup, message) => void parts.lines.push({ logGroup, message }),
      groups: () => [{ name: "/access", retentionInDays: 7 }],
    },
    randomBytes: (size) => {
      count += 1;
      return Uint8Array.from({ length: size }, (_, index) => (count >> (8 * (index % 4))) & 255);
    },
    reportFault: (fault) => parts.faults.push(fault),
  });
  return Object.assign(parts, { restApis });
}
