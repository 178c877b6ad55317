import * as pulumi from "@pulumi/pulumi";
import { proofRequest } from "../functions/billing/proof-request.ts";
import type { FreePlan, OidcConfiguration } from "./configuration.ts";
import { InlineFunction } from "./inline-function.ts";
import { RestApi } from "./rest-api.ts";
import { type SubscriptionArgs, SubscriptionFunctions } from "./subscription-functions.ts";
import type { TtlTable } from "./ttl-table.ts";

export interface BillingApiArgs {
  readonly proofs: TtlTable;
  /** Which subject holds which role or client id of a channel. */
  readonly claims: TtlTable;
  /** Where a proof is good for connecting. */
  readonly signalingUrl: pulumi.Input<string>;
  readonly oidc: OidcConfiguration;
  /** Limits of a caller without a subscription; without it such a caller is refused. */
  readonly freePlan?: FreePlan | undefined;
  /** What selling needs. Without it there are no routes of Stripe's. */
  readonly subscriptions?: SubscriptionArgs | undefined;
  readonly corsOrigins: readonly string[];
  readonly logRetentionDays: number;
}

/** What end users and Stripe call over HTTPS. `POST /proofs`: a JWT in, a proof to connect out. `POST /stripe/webhook`: a signed event in. */
export class BillingApi extends pulumi.ComponentResource {
  /** `https://…/v1`, without a slash at its end. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: BillingApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:BillingApi", name, {}, options);
    const { oidc, proofs, claims, freePlan, logRetentionDays } = args;
    const issueProof = new InlineFunction(
      "IssueProofHandler",
      {
        module: "billing/issue-proof",
        environment: {
          PROOFS_TABLE: proofs.name,
          CLAIMS_TABLE: claims.name,
          SIGNALING_URL: args.signalingUrl,
          OIDC_ISSUER: oidc.issuer,
          OIDC_AUDIENCE: oidc.audience,
          TENANT_CLAIM: oidc.tenantClaim,
          SHARED_TENANT: oidc.sharedTenant ?? "",
          LOOPBACK_ISSUER: String(oidc.loopbackIssuer),
          FREE_PLAN: freePlan ? JSON.stringify(freePlan) : "",
          CORS_ORIGINS: JSON.stringify(args.corsOrigins),
        },
        memorySize: 512,
        logRetentionDays,
      },
      { parent: this },
    );
    claims.grantRead(issueProof);
    claims.grantUpdate(issueProof, ["channel", "name", "subject", "expiresAt", "v"]);
    proofs.grantPut(issueProof);

    const sold =
      args.subscriptions &&
      new SubscriptionFunctions(name, { ...args.subscriptions, logRetentionDays }, { parent: this });

    const api = new RestApi(
      name,
      {
        routes: [
          {
            method: "POST",
            path: "proofs",
            handler: issueProof,
            body: { name: "ProofRequest", schema: proofRequest },
            throttle: { rate: 100, burst: 200 },
          },
          ...(sold?.routes ?? []),
        ],
        corsOrigins: args.corsOrigins,
        throttle: { rate: 200, burst: 400 },
        logRetentionDays,
      },
      { parent: this },
    );
    this.url = api.url;
    this.registerOutputs({ url: this.url });
  }
}
