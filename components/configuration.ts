import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { type AccessPolicy, accessPolicy } from "../functions/billing/access/access-policy.ts";
import { addressRange } from "./address-range.ts";
import { secretArn } from "./secret-arn.ts";
import { turnConfiguration } from "./turn-configuration.ts";

const oidc = v.strictObject({
  issuer: v.pipe(v.string(), v.url("expected the issuer's URL")),
  audience: v.pipe(v.string(), v.minLength(1, "expected the audience of your tokens")),
  tenantClaim: v.optional(v.pipe(v.string(), v.minLength(1)), "tenant"),
  sharedTenant: v.optional(v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.-]{1,64}$/))),
});

const freePlan = v.strictObject({
  /** Bytes of one frame. API Gateway's own limit is 32,768. */
  maxFrameBytes: v.pipe(v.number(), v.integer(), v.minValue(1_024), v.maxValue(32_768)),
  /** Of one socket, in each instance that serves it. */
  framesPerSecond: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000)),
  peersPerChannel: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1_000)),
  /** Frames that may wait for one recipient. */
  mailboxDepth: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
  /** Seconds that a frame waits; KVS's own bounds. */
  messageTtlSeconds: v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(120)),
});

const planId = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,39}$/, "expected plan ids of lower-case letters, digits and hyphens"),
);
const priceId = v.pipe(
  v.string(),
  v.regex(/^price_\w{1,250}$/, "expected the id of a price of Stripe, price_…"),
);
const plan = v.strictObject({
  /** As people see it. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  priceId,
  /** Prices at which it was sold before: who has one keeps the plan. */
  earlierPriceIds: v.optional(v.pipe(v.array(priceId), v.maxLength(20, "expected 20 prices at most"))),
  /** Plans of one group exclude each other. */
  group: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/, "expected a name such as default")),
    "default",
  ),
  limits: freePlan,
  trialDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(730))),
});
const plans = v.pipe(
  v.record(planId, plan),
  v.check((all) => Object.keys(all).length > 0, "expected at least one plan"),
  v.check((all) => {
    const prices = Object.values(all).flatMap(({ priceId, earlierPriceIds = [] }) => [
      priceId,
      ...earlierPriceIds,
    ]);
    return new Set(prices).size === prices.length;
  }, "expected each price once, in one plan"),
);

const pageUrl = v.pipe(v.string(), v.url("expected the URL of a page of yours"));
const stripe = v.strictObject({
  secretKeyArn: secretArn,
  webhookSecretArns: v.pipe(v.array(secretArn), v.minLength(1), v.maxLength(4)),
  successUrl: pageUrl,
  cancelUrl: pageUrl,
  portalReturnUrl: pageUrl,
  apiUrl: v.optional(pageUrl),
});

const origin = v.pipe(
  v.string(),
  v.regex(
    /^https?:\/\/[a-z0-9.-]+(:\d+)?$/,
    "expected origins such as https://app.example.com; * is refused",
  ),
);

const topicArn = v.pipe(
  v.string(),
  v.regex(/^arn:aws[a-z-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}$/, "expected the ARN of a standard SNS topic"),
);

const address = v.pipe(
  v.string(),
  v.check((text) => addressRange(text) !== undefined, "expected addresses or ranges such as 203.0.113.0/24"),
);
const domain = v.strictObject({
  name: v.pipe(
    v.string(),
    v.maxLength(253),
    v.regex(
      /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      "expected a name such as api.example.com",
    ),
  ),
  certificateArn: v.pipe(
    v.string(),
    v.regex(
      /^arn:aws[a-z-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
      "expected the ARN of a certificate of ACM",
    ),
  ),
  hostedZoneId: v.optional(
    v.pipe(v.string(), v.regex(/^Z[A-Z0-9]{1,31}$/, "expected the id of a zone of Route 53")),
  ),
});
const signaling = v.strictObject({
  /** The name of the WebSocket API. */
  domain: v.optional(domain),
});

const billing = v.strictObject({
  domain: v.optional(domain),
  /** A resource policy holds 8,192 bytes; these are some 3,000. */
  allowedIps: v.optional(v.pipe(v.array(address), v.minLength(1), v.maxLength(100))),
  webAclArn: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^arn:aws[a-z-]*:wafv2:[\w-]+:\d{12}:regional\/webacl\/\S+$/,
        "expected the ARN of a regional web ACL",
      ),
    ),
  ),
});

const backup = v.strictObject({
  /** Days; the vault's lock refuses less than 7. */
  retentionDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(7), v.maxValue(36_500)), 35),
  locked: v.optional(v.boolean(), false),
  restoreTests: v.optional(v.boolean(), false),
  copyVaultArn: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^arn:aws[a-z-]*:backup:[\w-]+:\d{12}:backup-vault:[\w-]+$/,
        "expected the ARN of a backup vault",
      ),
    ),
  ),
});

const tableNames = [
  "peers",
  "pairs",
  "topics",
  "proofs",
  "claims",
  "attempts",
  "customers",
  "audits",
  "sockets",
] as const;
const restores = v.record(
  v.picklist(tableNames, `expected the name of a table: ${tableNames.join(", ")}`),
  v.strictObject({
    from: v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, "expected the name of a table on AWS")),
    at: v.pipe(v.string(), v.isoTimestamp("expected a time such as 2026-11-25T10:15:00Z")),
  }),
);

const boundaryArn = v.pipe(
  v.string(),
  v.regex(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/\S+$/, "expected the ARN of a managed policy"),
);

const operatorArns = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.regex(
        /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/*-]*[\w+=,.@/-]{3}[\w+=,.@/*-]*$/,
        "expected ARNs of roles or users of operators",
      ),
    ),
  ),
  v.maxLength(20),
);

const schema = v.strictObject({
  oidc,
  freePlan: v.optional(freePlan),
  plans: v.optional(plans),
  stripe: v.optional(stripe),
  access: v.optional(accessPolicy, {}),
  corsOrigins: v.pipe(v.array(origin), v.minLength(1, "expected at least one origin")),
  logRetentionDays: v.pipe(v.number(), v.integer(), v.minValue(1)),
  alarmTopicArn: topicArn,
  signaling: v.optional(signaling, {}),
  billing: v.optional(billing, {}),
  turn: v.optional(turnConfiguration),
  backup: v.optional(backup, {}),
  restores: v.optional(restores, {}),
  permissionsBoundaryArn: v.optional(boundaryArn),
  operatorArns: v.optional(operatorArns, []),
  tracing: v.optional(v.picklist(["Active", "PassThrough"]), "Active"),
  logMasking: v.optional(v.boolean("expected true or false"), true),
});

/** Keys whose value is text as it stands, not JSON. */
const texts: ReadonlySet<string> = new Set(["alarmTopicArn", "permissionsBoundaryArn", "tracing"]);

export type PlansConfiguration = v.InferOutput<typeof plans>;
export type StripeConfiguration = v.InferOutput<typeof stripe>;
export type AccessConfiguration = AccessPolicy;
export type FreePlan = v.InferOutput<typeof freePlan>;

export type OidcConfiguration = v.InferOutput<typeof oidc> & {
  /** True only in the local stack, whose issuer may be http on loopback. */
  readonly loopbackIssuer: boolean;
};

export type Configuration = Omit<v.InferOutput<typeof schema>, "oidc"> & { readonly oidc: OidcConfiguration };

/**
 * Reads the stack's configuration. Throws an error that names the key, what was expected, and the
 * stack file, for the first value that is missing or wrong.
 */
export function readConfiguration(): Configuration {
  const config = new pulumi.Config();
  const stack = pulumi.getStack();
  const read = Object.fromEntries(
    Object.keys(schema.entries).flatMap((key) => {
      const value: unknown = texts.has(key) ? config.get(key) : config.getObject(key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const result = v.safeParse(schema, read);
  if (!result.success) {
    const issue = result.issues[0];
    throw new Error(
      `Pulumi.${stack}.yaml: synapse-d:${v.getDotPath(issue) ?? ""} is wrong: ${issue.message}`,
    );
  }
  const { oidc: oidcValues, ...rest } = result.output;
  const loopbackIssuer = stack === "local";
  const wrong = (key: string, expected: string) =>
    new Error(`Pulumi.${stack}.yaml: synapse-d:${key} is wrong: ${expected}`);
  if (rest.stripe && !rest.plans) throw wrong("plans", "expected plans, since there is synapse-d:stripe");
  if (rest.plans && !rest.stripe) throw wrong("stripe", "expected stripe, since there is synapse-d:plans");
  const [signalingName, billingName] = [rest.signaling.domain?.name, rest.billing.domain?.name];
  if (signalingName !== undefined && signalingName === billingName) {
    throw wrong("billing.domain.name", "expected another name than that of signaling.domain");
  }
  if (!loopbackIssuer && rest.stripe?.apiUrl) {
    throw wrong("stripe.apiUrl", "only npm start may set it: keys go to Stripe alone");
  }
  if (!loopbackIssuer && !oidcValues.issuer.startsWith("https://")) {
    throw wrong("oidc.issuer", "expected an https URL");
  }
  return { ...rest, oidc: { ...oidcValues, loopbackIssuer } };
}
