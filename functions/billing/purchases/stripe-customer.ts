import { Stripe } from "stripe";
import { sha256 } from "../../shared/digest.ts";
import { Failure } from "../../shared/failure.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import type { CustomerIds } from "./customer-ids.ts";
import { type CustomerDetails, vatTypeOf } from "./subscription-request.ts";

export interface StripeCustomerPorts {
  readonly stripe: Stripe;
  readonly resilient: ResilientStripe;
  readonly customerIds: CustomerIds;
}

/** How often a POST whose key Stripe answers with a stored 500 is sent with another key. */
export const rounds = 3;

/** True where Stripe itself failed: it keeps that answer, and would give it again for the same key. */
export const isStored500 = (error: unknown): boolean =>
  error instanceof Failure &&
  error.cause instanceof Stripe.errors.StripeError &&
  (error.cause.statusCode ?? 0) >= 500;

/**
 * The id of the user's customer at Stripe, with the details it has now; made where there is none, or where it was
 * deleted at Stripe. Throws Failure `stripe_unavailable`, or Stripe's own error for details that it refuses.
 */
export async function stripeCustomerOf(
  ports: StripeCustomerPorts,
  user: string,
  details: CustomerDetails,
  email: string | undefined,
): Promise<string> {
  const known = await ports.customerIds.of(user);
  if (known !== undefined && (await update(ports, known, details, email))) return known;
  const made = await create(ports, user, known);
  const id = await ports.customerIds.take(user, made, known);
  await update(ports, id, details, email);
  return id;
}

/** With nothing but the user's name in it, so that every try sends the same with the same key. */
async function create({ stripe, resilient }: StripeCustomerPorts, user: string, gone = ""): Promise<string> {
  for (let round = 0; ; round += 1) {
    const idempotencyKey = `customer-${sha256(`${user} ${gone}`).slice(0, 40)}-${round}`;
    try {
      const { id } = await resilient((options) =>
        stripe.customers.create({ metadata: { synapse_user: user } }, { ...options, idempotencyKey }),
      );
      return id;
    } catch (error) {
      // A customer too many costs nobody anything.
      if (!isStored500(error) || round + 1 >= rounds) throw error;
    }
  }
}

/** False when the customer was deleted. */
async function update(
  { stripe, resilient }: StripeCustomerPorts,
  id: string,
  { name, country, vatId, address }: CustomerDetails,
  email: string | undefined,
): Promise<boolean> {
  try {
    await resilient((options) =>
      stripe.customers.update(
        id,
        {
          name: name.trim(),
          ...(email !== undefined && { email }),
          address: {
            country,
            ...(address && {
              line1: address.line1,
              city: address.city,
              postal_code: address.postalCode,
              ...(address.line2 !== undefined && { line2: address.line2 }),
              ...(address.state !== undefined && { state: address.state }),
            }),
          },
        },
        options,
      ),
    );
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === "resource_missing") return false;
    throw error;
  }
  const type = vatId === undefined ? undefined : vatTypeOf(country)?.type;
  if (vatId === undefined || !type) return true;
  const { data } = await resilient((options) => stripe.customers.listTaxIds(id, { limit: 100 }, options));
  if (data.some(({ value }) => value === vatId)) return true;
  const idempotencyKey = `vat-${sha256(`${id} ${vatId}`).slice(0, 40)}`;
  await resilient((options) =>
    stripe.customers.createTaxId(id, { type, value: vatId }, { ...options, idempotencyKey }),
  );
  return true;
}
