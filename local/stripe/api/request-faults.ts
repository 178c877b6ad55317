import * as v from "valibot";

/**
 * What requests meet on purpose. `rate_limit` answers 429 and does nothing; `lock_timeout` likewise, and asks
 * for a retry; `error` answers 500; `drop` cuts the connection; `hang` never answers; `latency` answers late,
 * by `milliseconds` of the clock. With `executed` the effect takes place first, so that only the answer is lost. With
 * `probability` it meets that share of the requests that it concerns.
 */
export const requestFault = v.strictObject({
  kind: v.picklist(["rate_limit", "lock_timeout", "error", "drop", "hang", "latency"]),
  method: v.exactOptional(v.picklist(["GET", "POST", "DELETE"])),
  /** How the path begins. */
  path: v.exactOptional(v.pipe(v.string(), v.startsWith("/"), v.maxLength(200))),
  executed: v.optional(v.boolean(), false),
  milliseconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400_000)), 1_000),
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 1),
});

export type RequestFault = v.InferOutput<typeof requestFault>;

export interface RequestFaults {
  add(fault: RequestFault): void;
  clear(): void;
  list(): readonly RequestFault[];
  /** Takes the first fault that concerns the request, and whose chance comes. */
  take(method: string, path: string): RequestFault | undefined;
}

/** `draw` gives numbers from 0 up to, not including, 1. */
export function createRequestFaults(draw: () => number = Math.random): RequestFaults {
  let faults: readonly RequestFault[] = [];
  return {
    add: (fault) => {
      faults = [...faults, fault];
    },
    clear: () => {
      faults = [];
    },
    list: () => faults,
    take(method, path) {
      const fault = faults.find(
        (each) =>
          (each.method ?? method) === method &&
          path.startsWith(each.path ?? "/") &&
          draw() < each.probability,
      );
      faults = faults.flatMap((each) =>
        each !== fault ? [each] : each.times > 1 ? [{ ...each, times: each.times - 1 }] : [],
      );
      return fault;
    },
  };
}
