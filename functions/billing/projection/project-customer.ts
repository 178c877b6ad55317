import { Failure } from "../../shared/failure.ts";
import type { Revocations } from "../../shared/revocations.ts";
import type { AccessPolicy } from "../access/access-policy.ts";
import { type Entitlement, entitlementOf, type Plans } from "../access/entitlement.ts";
import type { AuditEntry } from "./audits.ts";
import { carryMetadata } from "./carry-metadata.ts";
import { changeWithoutMove } from "./change-without-move.ts";
import type { Customer, Customers } from "./customers.ts";
import type { Duplicates } from "./duplicate-subscriptions.ts";
import { type Oddity, projectSubscriptions, type StripeSubscription } from "./project-subscriptions.ts";
import type { CustomerChange, Projections } from "./projections.ts";
import type { StripeReader } from "./stripe-reader.ts";

export interface ProjectionPorts {
  readonly customers: Customers;
  readonly projections: Projections;
  readonly revocations: Revocations;
  readonly stripe: Pick<StripeReader, "subscriptionsOf">;
  readonly plans: Plans;
  readonly access: AccessPolicy;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An event's id, or what else made us look. */
export type Cause = { readonly eventId: string } | "checkout_return" | "reconcile" | "review";

export interface Refresh {
  readonly user: string;
  /** For a user whose row is not there yet. */
  readonly stripeCustomerId?: string;
  readonly cause: Cause;
}

export type Refreshed =
  | {
      readonly kind: "projected";
      readonly fence: number;
      readonly entitlement: Entitlement;
      /** True when what the entitlement gives is another than before. */
      readonly changed: boolean;
      readonly transitions: number;
      readonly oddities: readonly (Oddity | "metadata_refused")[];
      readonly duplicates: Duplicates;
    }
  /** A later read was written meanwhile. */
  | { readonly kind: "superseded"; readonly fence: number }
  /** The user has no customer of Stripe's, or another one. */
  | { readonly kind: "no_customer" | "customer_other" };

const mostTries = 8;

/**
 * Makes a user's row say what Stripe says. It takes a number, then reads Stripe, and writes only over reads with
 * smaller numbers: whatever Stripe showed to an earlier read, it showed to a later one too, so a slow read never
 * puts back what has passed. Of a user without access the sockets are then closed. May be called at any time, any
 * number of times, at once. A crash at any step is mended by calling again. When nothing fails and nobody else
 * writes, it makes at most three AWS calls and asks Stripe once for each 100 subscriptions. Throws Failure
 * `customer_contended`, retryable, when others keep writing.
 */
export async function refreshCustomer(ports: ProjectionPorts, refresh: Refresh): Promise<Refreshed> {
  const { customers, projections, stripe } = ports;
  const { user, stripeCustomerId } = refresh;
  let row: Customer = await customers.takeNumber(user, stripeCustomerId);
  const { fence } = row;
  if (row.stripeCustomerId === undefined) return { kind: "no_customer" };
  if (stripeCustomerId !== undefined && row.stripeCustomerId !== stripeCustomerId) {
    return { kind: "customer_other" };
  }
  const read = await stripe.subscriptionsOf(row.stripeCustomerId);
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (row.applied >= fence) return { kind: "superseded", fence };
    const { change, entries, ...result } = decide(ports, row, read, refresh.cause, fence);
    const isWritten = (await projections.write(row, fence, change, entries)) === "written";
    // What the row is now. The number that this takes is not used: what was read belongs to the first.
    if (!isWritten) row = await customers.takeNumber(user);
    // With our number it was written by a try whose answer was lost.
    if (isWritten || row.applied === fence) {
      await tellEnd(ports, row.user, change, refresh.cause);
      return { kind: "projected", fence, entitlement: change.entitlement, ...result };
    }
  }
  throw new Failure("customer_contended", "others keep writing the customer's row", { retryable: true });
}

/**
 * Has the sockets closed of a user who has no access, whether this read or an earlier one saw the end: so a crash
 * between the row and the message is mended by the next read. Where no socket is left it changes nothing.
 */
async function tellEnd(
  { revocations }: ProjectionPorts,
  user: string,
  { entitlement, version }: CustomerChange,
  cause: Cause,
): Promise<void> {
  if (entitlement.kind === "entitled") return;
  await revocations.send({ user, version, cause: textOf(cause) }, `version ${version}`);
}

function decide(
  { plans, access, now }: ProjectionPorts,
  row: Customer,
  read: readonly StripeSubscription[],
  cause: Cause,
  fence: number,
) {
  const second = Math.floor(now() / 1000);
  const { subscriptions, transitions, oddities, duplicates } = projectSubscriptions(
    row.subscriptions,
    read,
    plans,
    access,
    second,
  );
  const entitlement = entitlementOf(subscriptions, plans, access, second);
  const changed = accessOf(entitlement) !== accessOf(row.entitlement);
  const alive = new Set(subscriptions.flatMap(({ id, terminal }) => (terminal ? [] : [id])));
  const [newest] = read.filter(({ id }) => alive.has(id)).sort((a, b) => b.created - a.created);
  const { metadata, dropped } = carryMetadata(newest?.metadata, { synapse_user: row.user });
  const isUnexplained = changed && transitions.length === 0;
  const noted = isUnexplained ? changeWithoutMove(subscriptions, row.entitlement, entitlement) : transitions;
  const entries = noted.map(
    (transition, index): AuditEntry => ({
      at: `${new Date(second * 1000).toISOString()}#${fence}#${index}`,
      cause: textOf(cause),
      subscriptionId: transition.subscriptionId,
      statusBefore: transition.from,
      statusAfter: transition.to,
      planBefore: transition.planBefore,
      planAfter: transition.planAfter,
      accessBefore: accessOf(row.entitlement),
      accessAfter: accessOf(entitlement),
    }),
  );
  const change: CustomerChange = {
    subscriptions: [...subscriptions],
    entitlement,
    version: row.version + (changed ? 1 : 0),
    metadata,
    reviewAt: entitlement.kind === "entitled" ? entitlement.until : undefined,
  };
  return {
    change,
    entries,
    changed,
    transitions: transitions.length,
    oddities: [...oddities, ...(dropped > 0 ? (["metadata_refused"] as const) : [])],
    duplicates,
  };
}

const accessOf = (entitlement: Entitlement): string =>
  entitlement.kind === "entitled" ? `plan ${entitlement.planId}` : entitlement.reason;

const textOf = (cause: Cause): string => (typeof cause === "string" ? cause : cause.eventId);
