import * as v from "valibot";
import type { Account } from "../account.ts";
import { changeSubscription } from "../billing/change-subscription.ts";
import { isTerminal } from "../billing/subscription-states.ts";
import type { PortalSession, Subscription } from "../stored.ts";
import { updateSubscription } from "../update-subscription.ts";
import { type Html, html, type PageAnswer, page, redirect } from "./html.ts";

/** Seconds that a portal session is good for. */
const lifetime = 60 * 60;

const action = v.object({ action: v.picklist(["cancel", "resume"]), subscription: v.string() });

const sessionOf = (account: Account, id: string): PortalSession | undefined => {
  const session = account.portalSessions.get(id);
  return session && account.now() < session.created + lifetime ? session : undefined;
};

/** A customer's live subscriptions, each with a button to cancel it at its period's end or to take that back. */
export function portalPage(account: Account, id: string): PageAnswer {
  const session = sessionOf(account, id);
  if (!session)
    return page(404, "No such page", html`<p>This portal session does not exist, or is over.</p>`);
  const rows = liveOf(account, session).map((subscription) => row(account, subscription));
  const content = html`${rows.length > 0 ? rows : [html`<p>There is no subscription.</p>`]}
${session.return_url === null ? html`` : html`<p><a href="${session.return_url}" rel="noreferrer">Back</a></p>`}`;
  return page(200, "Your subscriptions", content, [
    session.flow?.after_completion.redirect?.return_url ?? null,
  ]);
}

/** Does what a button says, and shows the page again or leads where the flow says. */
export function actOnPortal(account: Account, id: string, fields: URLSearchParams): PageAnswer {
  const session = sessionOf(account, id);
  const given = v.safeParse(action, Object.fromEntries(fields));
  if (!session) return portalPage(account, id);
  const subscription = liveOf(account, session).find(
    (one) => given.success && one.id === given.output.subscription,
  );
  if (!given.success || !subscription) {
    return page(400, "Not possible", html`<p>This customer has no such live subscription.</p>`);
  }
  account.transact(null, () => {
    if (given.output.action === "cancel") cancelAtEnd(account, subscription);
    else takeBack(account, subscription);
  });
  const after = session.flow?.after_completion.redirect?.return_url;
  return redirect(after ?? `/p/session/${id}`);
}

function cancelAtEnd(account: Account, subscription: Subscription): void {
  const given = { cancel_at_period_end: true, payment_behavior: "allow_incomplete" as const };
  updateSubscription(account, subscription, given);
}

const takeBack = (account: Account, { id }: Subscription): void =>
  void changeSubscription(account, id, { cancel_at_period_end: false, cancel_at: null, canceled_at: null });

const liveOf = (account: Account, { customer, flow }: PortalSession): Subscription[] =>
  account.subscriptions
    .newestFirst()
    .filter(
      (one) =>
        one.customer === customer &&
        !isTerminal(one) &&
        one.status !== "incomplete" &&
        one.id === (flow?.subscription_cancel?.subscription ?? one.id),
    );

function row(account: Account, { id, items, status, cancel_at_period_end, cancel_at }: Subscription): Html {
  const names = items.data.map(({ price }) => account.products.get(price.product)?.name ?? price.product);
  const until = cancel_at === null ? "" : `, ends ${new Date(cancel_at * 1_000).toISOString().slice(0, 10)}`;
  return html`<section><p>${names.join(", ")}: ${status}${until}</p>
<form method="post"><input type="hidden" name="subscription" value="${id}">
<button type="submit" name="action" value="${cancel_at_period_end ? "resume" : "cancel"}">${cancel_at_period_end ? "Keep" : "Cancel"}</button></form></section>`;
}
