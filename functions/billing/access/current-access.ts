import * as v from "valibot";
import { readRow, readText, text } from "../../shared/attribute-values.ts";
import { type DynamoDBClient, GetItemCommand } from "../../shared/aws/dynamodb.ts";
import type { PlanLimits } from "../../shared/plan-limits.ts";
import type { Resilient } from "../../shared/resilience.ts";
import { type Denial, denials, type Entitlement, entitlement } from "./entitlement.ts";
import { type Plans, planOf } from "./plans.ts";

export type Access =
  | { readonly kind: "entitled"; readonly limits: PlanLimits }
  | { readonly kind: "ended"; readonly reason: Denial };

/**
 * What a user (`tenant#subject`) may do at `now`, in epoch seconds. Read consistently: what was written before the
 * call is seen. Throws Failure `dynamodb_unavailable` or `row_malformed`.
 */
export type CurrentAccess = (user: string, now: number) => Promise<Access>;

/** What an entitlement gives at `now`. One whose time is over gives nothing, whether its end was noticed or not. */
export function accessOf(given: Entitlement | undefined, plans: Plans, now: number): Access {
  if (!given) return { kind: "ended", reason: "no_subscription" };
  if (given.kind === "none") {
    return { kind: "ended", reason: denials.find((denial) => denial === given.reason) ?? "no_subscription" };
  }
  if (given.until <= now) return { kind: "ended", reason: "period_over" };
  const plan = planOf(plans, given.planId);
  return plan ? { kind: "entitled", limits: plan.limits } : { kind: "ended", reason: "price_unknown" };
}

const row = v.object({ entitlement: v.optional(v.pipe(readText, v.parseJson(), entitlement)) });

/** One call: a user who is not in the table has no subscription. */
export const dynamoCurrentAccess = (
  client: DynamoDBClient,
  table: string,
  resilient: Resilient,
  plans: Plans,
): CurrentAccess => {
  return async (user, now) => {
    const command = new GetItemCommand({
      TableName: table,
      Key: { user: text(user) },
      ProjectionExpression: "entitlement, v",
      ConsistentRead: true,
    });
    const { Item } = await resilient((abortSignal) => client.send(command, { abortSignal }));
    return accessOf(Item && readRow("customers", row, Item).entitlement, plans, now);
  };
};
