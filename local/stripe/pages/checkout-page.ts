import * as v from "valibot";
import type { Account } from "../account.ts";
import { completeCheckout } from "../billing/complete-checkout.ts";
import type { CheckoutSession } from "../stored.ts";
import { type Html, html, type PageAnswer, page, redirect } from "./html.ts";

/** What a customer can pay with on the page, by the token of the test method. */
const choices: readonly (readonly [token: string, label: string])[] = [
  ["pm_card_visa", "Card that works"],
  ["pm_card_chargeCustomerFail", "Card that is declined"],
  ["pm_card_visa_chargeDeclinedInsufficientFunds", "Card without enough money"],
  ["pm_card_authenticationRequired", "Card that asks for authentication"],
  ["pm_usBankAccount_success", "Bank debit that arrives in four days"],
  ["pm_usBankAccount_insufficientFunds", "Bank debit that fails in four days"],
];

const payment = v.object({
  method: v.picklist(choices.map(([token]) => token)),
  email: v.optional(v.pipe(v.string(), v.maxLength(512), v.regex(/^[^\s@]+@[^\s@]+$/))),
  authentication: v.optional(v.picklist(["succeeds", "fails"]), "succeeds"),
});

/** The page of an open session. */
export function checkoutPage(account: Account, id: string): PageAnswer {
  const session = account.checkoutSessions.get(id);
  if (!session) return page(404, "No such page", html`<p>This checkout session does not exist.</p>`);
  if (session.status !== "open") return closed(session);
  return form(account, session, html``, 200);
}

/**
 * Pays as the form says, and leads to the success URL with `{CHECKOUT_SESSION_ID}` filled in, after the webhook
 * of the completed session was answered if the settings say so. A declined card shows the form again, 402.
 */
export async function payOnPage(account: Account, id: string, fields: URLSearchParams): Promise<PageAnswer> {
  const session = account.checkoutSessions.get(id);
  if (session?.status !== "open") return checkoutPage(account, id);
  const given = v.safeParse(payment, Object.fromEntries([...fields].filter(([, value]) => value !== "")));
  if (!given.success)
    return form(
      account,
      session,
      html`<p class="error">Choose how to pay, and give an e-mail address.</p>`,
      400,
    );
  const { method: token, email, authentication } = given.output;
  const address = email ?? session.customer_email ?? undefined;
  if (session.customer === null && address === undefined) {
    return form(account, session, html`<p class="error">An e-mail address is needed.</p>`, 400);
  }
  const authenticates = authentication === "succeeds";
  const result = account.transact(null, () =>
    completeCheckout(account, session, { token, email: address ?? "", authenticates }),
  );
  if (result.kind === "declined")
    return form(account, session, html`<p class="error">${result.message}</p>`, 402);
  if (account.settings.checkoutWaitsForWebhook) await account.deliveries.settled();
  return redirect((session.success_url ?? account.url).replaceAll("{CHECKOUT_SESSION_ID}", id));
}

function form(account: Account, session: CheckoutSession, message: Html, status: number): PageAnswer {
  const lines = (account.lineItems.get(session.id) ?? []).map(
    ({ description, quantity, amount_total, currency }) =>
      html`<p>${quantity ?? 1} × ${description ?? ""}: ${(amount_total / 100).toFixed(2)} ${currency.toUpperCase()}</p>`,
  );
  const methods = choices.map(
    ([token, label], index) =>
      html`<label><input type="radio" name="method" value="${token}" ${index === 0 ? "checked" : ""}> ${label}</label>`,
  );
  const email = session.customer === null && session.customer_email === null;
  const content = html`${lines}${message}
<form method="post">
${email ? html`<label>E-mail <input type="email" name="email" required></label>` : html``}
<fieldset><legend>Pay with</legend>${methods}</fieldset>
<fieldset><legend>Authentication, if it is asked for</legend>
<label><input type="radio" name="authentication" value="succeeds" checked> succeeds</label>
<label><input type="radio" name="authentication" value="fails"> fails</label></fieldset>
<button type="submit">Subscribe</button>
</form>
${session.cancel_url === null ? html`` : html`<p><a href="${session.cancel_url}" rel="noreferrer">Back</a></p>`}`;
  return page(status, "Checkout", content, [session.success_url]);
}

function closed({ status, success_url }: CheckoutSession): PageAnswer {
  if (status === "complete") return page(200, "Paid", html`<p>This session is complete.</p>`, [success_url]);
  return page(410, "Expired", html`<p>This session has expired.</p>`);
}
