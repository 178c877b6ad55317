import type { SetupIntent } from "./stored.ts";

export interface SetupIntentFacts {
  readonly id: string;
  readonly secret: string;
  readonly customer: string;
  readonly created: number;
}

/** A setup intent that waits for a payment method. */
export const setupIntentObject = ({ id, secret, customer, created }: SetupIntentFacts): SetupIntent => ({
  id,
  object: "setup_intent",
  allowed_payment_method_types: null,
  application: null,
  automatic_payment_methods: null,
  cancellation_reason: null,
  client_secret: secret,
  created,
  customer,
  description: null,
  excluded_payment_method_types: null,
  last_setup_error: null,
  latest_attempt: null,
  livemode: false,
  mandate: null,
  metadata: {},
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: null,
  payment_method_types: ["card"],
  single_use_mandate: null,
  status: "requires_payment_method",
  usage: "off_session",
});
