import { randomUUID } from "node:crypto";
import { Stripe } from "stripe";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import type { PortalOpened } from "../callers/answers.ts";
import { type CustomerEnvironment, customerParts, customerVariables } from "../callers/customer-parts.ts";
import { readBody } from "../callers/read-body.ts";
import { type CallerPorts, type Served, serveCaller } from "../callers/serve-caller.ts";
import type { Customers } from "../projection/customers.ts";
import type { ResilientStripe } from "../stripe/stripe-client.ts";
import { portalRequest } from "./portal-request.ts";

export interface Environment extends CustomerEnvironment {
  readonly PORTAL_RETURN_URL: string;
}

export interface PortalPorts extends CallerPorts {
  readonly customers: Pick<Customers, "read">;
  readonly stripe: () => Promise<Stripe>;
  readonly resilientFor: (remaining: () => number) => ResilientStripe;
  readonly newId: () => string;
  /** Where the page leads back to. No caller names another. */
  readonly returnUrl: string;
}

/**
 * `POST /portal`: 201 with the URL of a page of Stripe's on which the caller sees to what it has bought. The page
 * is for the customer of the caller's own row, and lives for minutes. A repeated request only opens another.
 */
export const openPortal = (ports: PortalPorts) =>
  serveCaller(ports, "portal", async ({ caller, request, line, remaining }): Promise<Served> => {
    const read = readBody(portalRequest, request.body);
    if (read.kind === "refused") return read;
    const customer = (await ports.customers.read(caller.user))?.stripeCustomerId;
    if (customer === undefined) return { kind: "refused", code: "customer_missing" };
    const stripe = await ports.stripe();
    const idempotencyKey = `portal-${ports.newId()}`;
    try {
      const { url } = await ports.resilientFor(remaining)((options) =>
        stripe.billingPortal.sessions.create(
          { customer, return_url: ports.returnUrl },
          { ...options, idempotencyKey },
        ),
      );
      line.add({ outcome: "created" });
      const body: PortalOpened = { url };
      return { kind: "served", status: 201, body };
    } catch (error) {
      const isGone = error instanceof Stripe.errors.StripeError && error.code === "resource_missing";
      if (!isGone) throw error;
      return { kind: "refused", code: "customer_missing" };
    }
  });

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({ ...customerVariables, PORTAL_RETURN_URL: "required" });
  const parts = customerParts(environment, "open-portal");
  return openPortal({ ...parts, newId: randomUUID, returnUrl: environment.PORTAL_RETURN_URL });
});
