import type { RuleName } from "./index.ts";
import type { Resource } from "./resource.ts";

/** A rule that a resource may break for now: why, who answers for it, and until when. */
export interface Exemption {
  readonly rule: RuleName;
  /** One resource by its name, or every resource that one type of component makes. */
  readonly of: { readonly resource: string } | { readonly component: string };
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, as `2027-03-31`. */
  readonly expires: string;
  /** The stacks that it is meant for. Default: all. */
  readonly stacks?: readonly string[];
  /** It is for what not every stack has, and is not called unused where that is not there. */
  readonly optional?: true;
}

/** Whether the exemption is meant for that resource in its stack, its date left aside. */
export function isMeantFor({ of, stacks }: Exemption, resource: Resource): boolean {
  if (stacks && !stacks.includes(resource.stack)) return false;
  return "resource" in of ? of.resource === resource.name : of.component === resource.component;
}

/** Whether the exemption has not expired by a day, given as `2026-11-25`. */
export function isCurrent({ expires }: Exemption, today: string): boolean {
  return today <= expires;
}

/** Whether it is complete, current, and meant for the resource. */
export function exempts(exemption: Exemption, resource: Resource, today: string): boolean {
  return isMeantFor(exemption, resource) && isCurrent(exemption, today) && !flawOf(exemption);
}

/** What is wrong with an exemption as it is written, or undefined. */
export function flawOf({ reason, owner, expires }: Exemption): string | undefined {
  if (reason.trim().length < 20) return "its reason says too little: write why the rule may be broken";
  if (owner.trim() === "") return "it has no owner";
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || Number.isNaN(Date.parse(expires)))
    return `its expiry ${expires} is not a date such as 2027-03-31`;
  return undefined;
}

export function titleOf({ rule, of }: Exemption): string {
  return `${rule} of ${"resource" in of ? of.resource : `every ${of.component}`}`;
}
