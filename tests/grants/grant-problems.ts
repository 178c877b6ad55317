import * as aws from "../../policies/aws.ts";
import { allowed, grantingTypes } from "../../policies/role-policies.ts";
import type { Stack } from "../../policies/stack.ts";
import type { BundleReading } from "./aws-calls.ts";
import type { Explanation } from "./explanations.ts";
import { neededGrants } from "./needed-grants.ts";
import { shortResource } from "./short-resource.ts";

export interface Explained {
  readonly rolesOfOthers: Readonly<Record<string, string>>;
  readonly neverCalled: readonly Explanation[];
}

/**
 * Compares what the roles of a stack allow with what the bundles need: a sentence for each permission that is missing,
 * for each that is too much, for each use of the SDK that is not understood, and for each explanation without a use.
 */
export function grantProblems(
  stack: Stack,
  bundles: ReadonlyMap<string, BundleReading>,
  { rolesOfOthers, neverCalled }: Explained,
): string[] {
  const unusedRoles = new Set(Object.keys(rolesOfOthers));
  const unusedExplanations = new Set(neverCalled);
  const granted = stack.ofType(...grantingTypes).flatMap((policy) => {
    const holders = policy.type === aws.role ? [policy] : stack.targets(policy, "role", aws.role);
    return holders.flatMap((role) => {
      if (role.name in rolesOfOthers) {
        unusedRoles.delete(role.name);
        return [];
      }
      return allowed(policy).flatMap(({ actions, resources }) =>
        actions.flatMap((action) =>
          resources.map((resource) => ({
            role: role.name,
            permission: `${action} ${shortResource(resource)}`,
            by: policy.name,
          })),
        ),
      );
    });
  });
  const needed = neededGrants(stack, bundles);
  const isNeeded = new Set(needed.map(({ role, permission }) => `${role.name} ${permission}`));
  const isGranted = new Set(granted.map(({ role, permission }) => `${role} ${permission}`));
  const missing = needed.filter(({ role, permission }) => {
    if (isGranted.has(`${role.name} ${permission}`)) return false;
    const why = neverCalled.find((one) => one.role === role.name && one.permission === permission);
    if (why) unusedExplanations.delete(why);
    return !why;
  });
  return [
    ...missing.map(({ role, permission, from }) => `${role.name} lacks ${permission}, for ${from}`),
    ...granted
      .filter(({ role, permission }) => !isNeeded.has(`${role} ${permission}`))
      .map(({ role, permission, by }) => `${role} needs no ${permission}, of ${by}`),
    ...[...bundles.values()].flatMap(({ riddles }) => riddles.map((riddle) => `not understood: ${riddle}`)),
    ...[...unusedRoles].map((role) => `explained, but not there: ${role}`),
    ...[...unusedExplanations].map(({ role, permission }) => `explained, but not so: ${role} ${permission}`),
  ].sort();
}
