import type { ChannelDecision } from "../proofs/authorize-channel.ts";
import type { OnceDone } from "../purchases/create-once.ts";
import type { SubscriptionRefusal } from "../purchases/subscription-request.ts";
import type { SignatureRefusal } from "../webhook/webhook-signature.ts";
import type { Tenant } from "./tenant.ts";
import type { TokenRefusal } from "./tokens.ts";

interface ProblemText {
  readonly status: number;
  readonly detail: string;
  readonly retryable?: true;
}

const token = (detail: string): ProblemText => ({ status: 401, detail });
const body = (detail: string): ProblemText => ({ status: 400, detail });

type Refusal<Of> =
  Extract<Of, { kind: "refused" }> extends { code: infer Code extends string } ? Code : never;

/** Every reason for which a function of the billing API refuses a user. */
export const problems = {
  token_missing: token("Send your access token: Authorization: Bearer …"),
  token_malformed: token("The Authorization header holds no JSON Web Token."),
  token_algorithm_refused: token("The token must be signed with RS256 or ES256."),
  token_key_unknown: token("The token names a key that the issuer does not publish."),
  token_signature_invalid: token("The token's signature is wrong."),
  token_expired: token("The token has expired."),
  token_not_yet_valid: token("The token is not valid yet."),
  token_issuer_wrong: token("The token is from another issuer."),
  token_audience_wrong: token("The token is for another audience."),
  token_use_wrong: token("The token is not an access token."),
  token_claims_invalid: token("The token lacks a claim, or one is malformed."),
  tenant_missing: { status: 403, detail: "The token names no tenant." },
  tenant_invalid: { status: 403, detail: "The token's tenant must match ^[a-zA-Z0-9_.-]{1,64}$." },
  body_too_large: { status: 413, detail: "The body has more than 4,096 bytes." },
  body_not_json: body("The body is not JSON."),
  body_invalid: body("A field of the body is missing, unknown or malformed."),
  client_id_missing: body("A VIEWER or PEER needs a clientId."),
  client_id_not_allowed: body("A MASTER has no clientId."),
  client_id_malformed: body("clientId must match ^[a-zA-Z0-9_.-]{1,256}$."),
  client_id_hostile: body("This clientId is reserved."),
  subscription_required: { status: 402, detail: "Access needs a subscription." },
  channel_taken: { status: 403, detail: "Another user is this channel's master." },
  client_id_taken: { status: 403, detail: "Another user has this clientId." },
  claim_contended: { status: 409, detail: "Others claim the same name right now.", retryable: true },
  idempotency_key_missing: body("Send an Idempotency-Key, new for each intention, the same for each try."),
  idempotency_key_malformed: body("Idempotency-Key must be 16 to 255 letters, digits, - or _."),
  idempotency_key_reused: { status: 409, detail: "This Idempotency-Key was sent with another body before." },
  plan_unknown: body("There is no such plan: see GET /plans."),
  customer_name_invalid: body("The name must have 1 to 100 characters, none of them a control character."),
  customer_country_invalid: body("The country must be a code of ISO 3166-1 alpha-2, such as DE."),
  vat_id_invalid: body("The VAT id must begin with its country and have the form of that country."),
  vat_id_country_unsupported: body("A VAT id is taken of countries of the EU and of GB."),
  billing_address_invalid: body("A line of the address is empty, too long, or has control characters."),
  subscription_exists: { status: 409, detail: "There is a subscription of this kind already." },
  subscription_in_progress: {
    status: 409,
    detail: "Another purchase or change of this user is under way.",
    retryable: true,
  },
  subscription_missing: { status: 404, detail: "There is no subscription to change." },
  subscription_ended: { status: 409, detail: "The subscription has ended." },
  subscription_not_changeable: {
    status: 409,
    detail:
      "Only a subscription that is active or in its trial takes another plan, in a trial none with a shorter one.",
  },
  change_pending: { status: 409, detail: "A change of plan waits for its payment." },
  group_required: body("There are subscriptions in several groups: name the group."),
  customer_missing: { status: 404, detail: "Nothing was bought yet." },
  payment_refused: { status: 422, detail: "The payment provider refused these details." },
  payment_unavailable: { status: 503, detail: "The payment provider does not answer.", retryable: true },
  keys_unavailable: { status: 503, detail: "The token cannot be checked right now.", retryable: true },
  storage_unavailable: { status: 503, detail: "The service is overloaded.", retryable: true },
  internal: { status: 500, detail: "The service failed." },
} as const satisfies Readonly<
  Record<
    TokenRefusal | Refusal<Tenant> | Refusal<ChannelDecision> | Refusal<OnceDone> | SubscriptionRefusal,
    ProblemText
  > &
    Record<string, ProblemText>
>;

/** Every reason for which a webhook is not taken. Stripe sends again what gets no 2xx. */
export const webhookProblems = {
  signature_missing: body("There is no Stripe-Signature header."),
  signature_malformed: body("Stripe-Signature is not one time and at least one v1 signature."),
  signature_wrong: body("The signature is not of these bytes."),
  signature_stale: body("The signature is older than 300 seconds."),
  signature_early: body("The signature is more than 60 seconds ahead."),
  webhook_too_large: { status: 413, detail: "The body has more than 262,144 bytes." },
  webhook_malformed: body("The body is no event of Stripe's."),
} as const satisfies Readonly<Record<SignatureRefusal, ProblemText> & Record<string, ProblemText>>;

export type ProblemCode = keyof typeof problems | keyof typeof webhookProblems;

const all: Readonly<Record<ProblemCode, ProblemText>> = { ...problems, ...webhookProblems };

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

export interface Problem {
  readonly status: number;
  /** RFC 9457 with `code`, `retryable`, `requestId`, and `field` where one is at fault. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The problem details of a refusal (https://www.rfc-editor.org/rfc/rfc9457). */
export function problem(code: ProblemCode, requestId: string, field?: string): Problem {
  const text = all[code];
  return {
    status: text.status,
    body: {
      type: "about:blank",
      title: titles[text.status],
      status: text.status,
      detail: text.detail,
      code,
      retryable: text.retryable ?? false,
      requestId,
      ...(field !== undefined && { field }),
    },
  };
}
