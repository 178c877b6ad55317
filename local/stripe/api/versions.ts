import { invalid } from "./stripe-error.ts";

/** The version of the objects that the fake builds: that of the pinned SDK. */
export const apiVersion = "2026-10-28.endive";

const oldest = "2024-04-10";
const basil = "2025-03-31";

/**
 * Refuses a version that is no version, newer than the SDK's, or older than what the fake can still shape:
 * 2024-04-10.
 */
export function checkVersion(version: string, param?: string): string {
  const day = /^(\d{4}-\d{2}-\d{2})(\.[a-z]+)?$/.exec(version)?.[1];
  if (day !== undefined && day >= oldest && day <= apiVersion.slice(0, 10)) return version;
  throw invalid(
    `Invalid Stripe API version: ${version.slice(0, 40)}. The fake knows ${oldest} to ${apiVersion}.`,
    param,
  );
}

/**
 * An answer in the shape of a version. Before 2025-03-31.basil a subscription had its period itself, and an
 * invoice named its subscription itself (https://docs.stripe.com/changelog/basil). Other changes between
 * versions are not made.
 */
export function inVersion<Value>(value: Value, version: string): Value {
  return version.slice(0, 10) >= basil ? value : (beforeBasil(value) as Value);
}

function beforeBasil(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(beforeBasil);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, beforeBasil(member)]),
  );
  if (members.object === "subscription") return { ...members, ...period(value as Periods) };
  if (members.object === "invoice") {
    const { parent, ...rest } = members;
    return { ...rest, subscription: subscriptionOf(parent), paid: members.status === "paid" };
  }
  return members;
}

interface Periods {
  readonly items: {
    readonly data: readonly { readonly current_period_start: number; readonly current_period_end: number }[];
  };
}

function period({ items }: Periods) {
  const [first] = items.data;
  return {
    current_period_start: first?.current_period_start ?? null,
    current_period_end: first?.current_period_end ?? null,
  };
}

const subscriptionOf = (parent: unknown): unknown =>
  (parent as { subscription_details?: { subscription?: unknown } } | null)?.subscription_details
    ?.subscription ?? null;
