import { Stripe } from "stripe";
import { orMissing } from "../stripe/or-missing.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";

interface StripePorts {
  readonly stripe: Stripe;
  readonly resilient: ResilientStripe;
}

/**
 * Closes an open session, so that nobody can pay it any more. One that was paid meanwhile stays: Stripe does not
 * expire it (https://docs.stripe.com/api/checkout/sessions/expire), and the list of subscriptions tells.
 */
export async function closeSession({ stripe, resilient }: StripePorts, id: string): Promise<void> {
  try {
    await resilient((options) => stripe.checkout.sessions.expire(id, {}, options));
  } catch (error) {
    const { status } = await resilient((options) => stripe.checkout.sessions.retrieve(id, {}, options));
    if (status === "open") throw error;
  }
}

/**
 * Cancels an incomplete subscription, unless its payment was made or is under way: `kept`. Its invoice is made void
 * first (https://docs.stripe.com/api/invoices/void). Of paying and voiding Stripe lets one happen, and the payment intent
 * of a void invoice is cancelled; so no money is taken for what is cancelled, whenever the customer pays.
 */
export async function cancelUnpaid(
  ports: StripePorts,
  { id, latest_invoice: invoice }: Pick<Stripe.Subscription, "id" | "latest_invoice">,
): Promise<"canceled" | "kept"> {
  const { stripe, resilient } = ports;
  const invoiceId = typeof invoice === "string" ? invoice : invoice?.id;
  if (invoiceId && (await voidInvoice(ports, invoiceId)) === "refused") return "kept";
  // A try whose answer was lost, or Stripe itself, may have ended it.
  await orMissing(resilient((options) => stripe.subscriptions.cancel(id, {}, options)));
  return "canceled";
}

async function voidInvoice({ stripe, resilient }: StripePorts, id: string): Promise<"void" | "refused"> {
  try {
    await resilient((options) => stripe.invoices.voidInvoice(id, {}, options));
    return "void";
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    // A try whose answer was lost may have made it void.
    const { status } = await resilient((options) => stripe.invoices.retrieve(id, {}, options));
    return status === "void" ? "void" : "refused";
  }
}
