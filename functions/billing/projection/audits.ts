import { number, text } from "../../shared/attribute-values.ts";
import type { AttributeValue } from "../../shared/aws/dynamodb.ts";

/** Why a user's access is what it is: one change of one subscription. Holds no personal data. */
export interface AuditEntry {
  /** `<ISO time>#<fence>#<which of that read>`: sorts by time, and no two of a user are the same. */
  readonly at: string;
  /** What made us read: the id of Stripe's event, or `checkout_return`, `reconcile`, `review`. */
  readonly cause: string;
  readonly subscriptionId: string;
  readonly statusBefore: string | undefined;
  readonly statusAfter: string;
  readonly planBefore: string | undefined;
  readonly planAfter: string | undefined;
  /** What the user had and has, over all subscriptions: a plan, or the reason why none. */
  readonly accessBefore: string;
  readonly accessAfter: string;
}

/** Seconds that an entry is kept: 400 days. */
const lifetime = 400 * 24 * 60 * 60;

/** The row of a user's entry. */
export const auditItem = (user: string, { at, ...entry }: AuditEntry): Record<string, AttributeValue> => ({
  user: text(user),
  at: text(at),
  ...Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]) => (value === undefined ? [] : [[name, text(value)]])),
  ),
  expiresAt: number(Math.floor(Date.parse(at.split("#")[0] ?? "") / 1000) + lifetime),
  v: number(1),
});
