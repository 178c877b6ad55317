import type { PlanLimits } from "../../shared/plan-limits.ts";
import { accessOf } from "../access/current-access.ts";
import type { Plans } from "../access/plans.ts";
import type { Customers } from "../projection/customers.ts";

/**
 * The limits of the plan that a user (`tenant#subject`) is entitled to at `now`, in epoch seconds; undefined
 * without one. Read consistently. An entitlement whose time is over gives nothing, whether its end was noticed or
 * not.
 */
export type EntitledLimits = (user: string, now: number) => Promise<PlanLimits | undefined>;

export const entitledLimits =
  (customers: Pick<Customers, "read">, plans: Plans): EntitledLimits =>
  async (user, now) => {
    const access = accessOf((await customers.read(user))?.entitlement, plans, now);
    return access.kind === "entitled" ? access.limits : undefined;
  };

/** Where nothing is sold. */
export const nobodyEntitled: EntitledLimits = async () => undefined;
