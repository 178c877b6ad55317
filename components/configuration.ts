import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";

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

const origin = v.pipe(
  v.string(),
  v.regex(
    /^https?:\/\/[a-z0-9.-]+(:\d+)?$/,
    "expected origins such as https://app.example.com; * is refused",
  ),
);

const schema = v.strictObject({
  oidc,
  freePlan: v.optional(freePlan),
  corsOrigins: v.pipe(v.array(origin), v.minLength(1, "expected at least one origin")),
  logRetentionDays: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

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
      const value = config.getObject<unknown>(key);
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
  if (!loopbackIssuer && !oidcValues.issuer.startsWith("https://")) {
    throw new Error(`Pulumi.${stack}.yaml: synapse-d:oidc.issuer is wrong: expected an https URL`);
  }
  return { ...rest, oidc: { ...oidcValues, loopbackIssuer } };
}
