import * as v from "valibot";
import { planLimits } from "../../shared/plan-limits.ts";

const described = (text: string) => v.pipe(v.string(), v.description(text));
const time = (text: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(text));

/** The bodies with which the billing API answers what it did. The OpenAPI document has them from here. */

/** As RTCPeerConnection takes it (https://www.w3.org/TR/webrtc/#rtciceserver-dictionary). */
const iceServer = v.strictObject({
  urls: v.array(described("turn: or turns:")),
  username: described("The epoch second at which the credential ends, and a pseudonym of the caller"),
  credential: described("Begins an allocation within 5 minutes"),
});

export type IceServer = v.InferOutput<typeof iceServer>;

export const proofIssued = v.strictObject({
  proof: v.pipe(v.string(), v.regex(/^[\w-]{43}$/), v.description("Works once, until it expires")),
  url: described("Where to connect, with ?proof=…"),
  expiresAt: time("60 seconds from now"),
  iceServers: v.exactOptional(
    v.pipe(
      v.array(iceServer),
      v.description("For new RTCPeerConnection({ iceServers }); absent where no TURN relay is configured"),
    ),
  ),
});

export type ProofIssued = v.InferOutput<typeof proofIssued>;

export const plansListed = v.strictObject({
  plans: v.array(
    v.strictObject({
      id: described("What a purchase names"),
      name: described("As it is shown to people"),
      group: described("Plans of one group exclude each other"),
      trialDays: v.pipe(v.number(), v.integer(), v.minValue(0)),
      limits: planLimits,
    }),
  ),
});

export type PlansListed = v.InferOutput<typeof plansListed>;

const status = described("Stripe's status of the subscription");

export const checkoutMade = v.strictObject({
  plan: v.string(),
  mode: v.literal("checkout"),
  status: v.pipe(v.nullable(v.string()), v.description("Stripe's status of the Checkout session")),
  url: v.exactOptional(described("The page on which to pay; absent when there is nothing to pay any more")),
  expiresAt: time("When the page ends"),
});

export type CheckoutMade = v.InferOutput<typeof checkoutMade>;

export const inAppMade = v.strictObject({
  plan: v.string(),
  mode: v.literal("in_app"),
  status,
  subscription: described("Stripe's id of it"),
  clientSecret: v.exactOptional(described("With which Stripe.js confirms it")),
  clientSecretType: v.exactOptional(
    v.pipe(
      v.picklist(["payment_intent", "setup_intent"]),
      v.description(
        "What clientSecret is of: the first payment (confirmPayment), or in a trial the card that pays later (confirmSetup)",
      ),
    ),
  ),
});

export type InAppMade = v.InferOutput<typeof inAppMade>;

/** What is shown of one subscription: nothing by which it could be named at Stripe. */
export const shownSubscription = v.strictObject({
  plan: v.exactOptional(described("Whose price it has; absent when no plan has it")),
  group: v.exactOptional(v.string()),
  status,
  currentPeriodEnd: time("When the period ends, or the subscription if that is earlier"),
  cancelAtPeriodEnd: v.boolean(),
  pendingPlan: v.exactOptional(described("A dearer plan that counts when it is paid")),
  payment: v.exactOptional(
    v.pipe(
      v.strictObject({
        url: v.exactOptional(described("A page of Stripe's")),
        clientSecret: v.exactOptional(described("For Stripe.js, in the team's app")),
      }),
      v.description("How the pending plan is paid"),
    ),
  ),
});

export type ShownSubscription = v.InferOutput<typeof shownSubscription>;

/** What a caller is told of itself. */
export const ownState = v.strictObject({
  status: described(
    "Of the subscription that counts most; none without any, pending while the first is being bought",
  ),
  plan: v.exactOptional(described("What the caller may do now. Absent: denied says why")),
  accessUntil: v.exactOptional(time("How long, if nothing is heard")),
  denied: v.exactOptional(described("Why there is no access")),
  pending: v.pipe(v.boolean(), v.description("A purchase was begun within a day and is not seen paid yet")),
  subscriptions: v.pipe(
    v.array(shownSubscription),
    v.description("Those that have not ended, the one that counts most first"),
  ),
});

export type OwnState = v.InferOutput<typeof ownState>;

export const portalOpened = v.strictObject({
  url: described("A page of Stripe's that lives for minutes"),
});

export type PortalOpened = v.InferOutput<typeof portalOpened>;

export const webhookTaken = v.strictObject({ received: v.literal(true) });

export type WebhookTaken = v.InferOutput<typeof webhookTaken>;

/** Problem details (https://www.rfc-editor.org/rfc/rfc9457) of a function's refusal or API Gateway's own. */
export const problemDetails = v.strictObject({
  type: v.literal("about:blank"),
  title: v.exactOptional(described("The status in words; absent from API Gateway's own refusals")),
  status: v.exactOptional(v.pipe(v.number(), v.integer())),
  code: described("Compare this"),
  detail: described("For people; it may be reworded"),
  retryable: v.pipe(v.boolean(), v.description("Whether the same request may succeed later")),
  requestId: v.string(),
  field: v.exactOptional(described("The path of the member of the body that is at fault")),
});
