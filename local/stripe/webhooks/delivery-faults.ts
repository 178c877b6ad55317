import * as v from "valibot";

/**
 * What happens to deliveries on purpose. `lose`: it is never sent, and counts as failed, or as delivered with
 * `silently`. `delay`: it is sent `milliseconds` of the clock later. `duplicate`: it is sent twice. `reorder`:
 * deliveries wait until `window` of them have come, then go newest first. `base64`: the body is sent as base64,
 * signed as if it were not. With `probability` it happens to that share of the deliveries that it concerns.
 */
export const deliveryFault = v.strictObject({
  kind: v.picklist(["lose", "delay", "duplicate", "reorder", "base64"]),
  /** An exact type of event, or the beginning of one with `*`. */
  type: v.exactOptional(v.pipe(v.string(), v.maxLength(100))),
  silently: v.optional(v.boolean(), false),
  milliseconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3 * 86_400_000)), 1_000),
  window: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1_000)), 2),
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 1),
});

export type DeliveryFault = v.InferOutput<typeof deliveryFault>;

export interface DeliveryFaults {
  add(fault: DeliveryFault): void;
  clear(): void;
  list(): readonly DeliveryFault[];
  /** Takes one time off every fault that concerns an event of this type, and whose chance comes. */
  take(type: string): readonly DeliveryFault[];
}

/** `draw` gives numbers from 0 up to, not including, 1. */
export function createDeliveryFaults(draw: () => number = Math.random): DeliveryFaults {
  let faults: readonly DeliveryFault[] = [];
  return {
    add: (fault) => {
      faults = [...faults, fault];
    },
    clear: () => {
      faults = [];
    },
    list: () => faults,
    take(type) {
      const taken = faults.filter((fault) => concerns(fault, type) && draw() < fault.probability);
      faults = faults.flatMap((fault) =>
        !taken.includes(fault) ? [fault] : fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [],
      );
      return taken;
    },
  };
}

const concerns = ({ type: wanted = "*" }: DeliveryFault, type: string) =>
  wanted.endsWith("*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
