import type { Account } from "../account.ts";
import type { PaymentMethod, Subscription } from "../stored.ts";
import { declinedBy, type Outcome } from "./test-cards.ts";

/** What pays a subscription's invoices: its own default, else its customer's. */
export function paymentMethodFor(
  account: Account,
  subscription: Pick<Subscription, "customer" | "default_payment_method">,
): PaymentMethod | undefined {
  const customer = account.customers.get(subscription.customer);
  const id = subscription.default_payment_method ?? customer?.invoice_settings.default_payment_method;
  return account.paymentMethods.get(id ?? "");
}

/** How a payment with this method would end: as planned by the control API, else as the test card does. */
export function outcomeOf(account: Account, customer: string, method: PaymentMethod): Outcome {
  const planned = account.paymentPlan.take(customer, "payment");
  if (planned === "authentication_required") return { kind: "requires_action" };
  if (planned === "insufficient_funds") return declinedBy("card_declined", planned);
  if (planned === "expired_card" || planned === "processing_error") return declinedBy(planned, planned);
  if (planned === "card_declined") return declinedBy(planned, "generic_decline");
  return account.testCards.get(method.id)?.outcome ?? { kind: "succeeded" };
}
