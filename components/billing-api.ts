import * as pulumi from "@pulumi/pulumi";
import { proofRequest } from "../functions/billing/proofs/proof-request.ts";
import { BillingRepair } from "./billing-repair.ts";
import type {
  AccessConfiguration,
  FreePlan,
  OidcConfiguration,
  PlansConfiguration,
  StripeConfiguration,
} from "./configuration.ts";
import type { Domain } from "./custom-domain.ts";
import { CustomerFunctions } from "./customer-functions.ts";
import type { DurableQueue } from "./durable-queue.ts";
import { InlineFunction } from "./inline-function.ts";
import { RestApi } from "./rest-api.ts";
import type { RestApiGuard } from "./rest-api-guard.ts";
import type { ScheduledFunction } from "./run-every.ts";
import { SubscriptionFunctions } from "./subscription-functions.ts";
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
  /** What is sold. Without it there is nothing to buy, and no route for it. */
  readonly sale?: Sale | undefined;
  readonly corsOrigins: readonly string[];
  readonly logRetentionDays: number;
  /** The relay that callers get credentials for. */
  readonly relay?: IceRelay | undefined;
  /** Addresses and the web ACL before the API. Stripe's webhook stays open to every address: its events are signed. */
  readonly guard?: RestApiGuard | undefined;
  /** The API's name instead of the one that API Gateway gives it. */
  readonly domain?: Domain | undefined;
}

/** A TURN server that shares a secret with the billing API. */
export interface IceRelay {
  /** As `turn:turn.example.com:3478?transport=udp`. */
  readonly urls: pulumi.Input<readonly string[]>;
  readonly secretArn: string;
}

export interface Sale {
  readonly plans: PlansConfiguration;
  readonly stripe: StripeConfiguration;
  /** Who is creating a subscription, and what came of each idempotency key. */
  readonly attempts: TtlTable;
  /** Which customer of Stripe's a user is. */
  readonly customers: TtlTable;
  /** Why each user's access is what it is. */
  readonly audits: TtlTable;
  /** Stripe's events on their way to the worker. */
  readonly events: DurableQueue;
  /** Whose access may have ended, on the way to those who close sockets. */
  readonly revocations: DurableQueue;
  /** What the seller decides. */
  readonly access: AccessConfiguration;
}

/** What end users and Stripe call over HTTPS: a JWT in, a proof to connect or a page to pay on out; a signed event in. */
export class BillingApi extends pulumi.ComponentResource {
  /** `https://…/v1`, or the custom domain, without a slash at its end. */
  readonly url: pulumi.Output<string>;
  readonly api: RestApi;
  readonly functions: readonly InlineFunction[];
  /** What a schedule runs. */
  readonly scheduled: readonly ScheduledFunction[];

  constructor(name: string, args: BillingApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:BillingApi", name, {}, options);
    const { oidc, proofs, claims, freePlan, logRetentionDays } = args;
    const issueProof = new InlineFunction(
      "IssueProofHandler",
      {
        module: "billing/proofs/issue-proof",
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
          CUSTOMERS_TABLE: args.sale?.customers.name ?? "",
          PLANS: args.sale ? JSON.stringify(args.sale.plans) : "",
          TURN_URLS: args.relay ? pulumi.jsonStringify(args.relay.urls) : "",
          TURN_SECRET_ARN: args.relay?.secretArn ?? "",
        },
        memorySize: 512,
        // One call more may be at its worst.
        ...(args.relay && { timeout: 12 }),
        logRetentionDays,
      },
      { parent: this },
    );
    args.sale?.customers.grantRead(issueProof);
    claims.grantRead(issueProof);
    claims.grantUpdate(issueProof, ["channel", "name", "subject", "expiresAt", "v"]);
    proofs.grantPut(issueProof);
    if (args.relay) {
      issueProof.grant("turn-secret", {
        actions: ["secretsmanager:GetSecretValue"],
        resources: [args.relay.secretArn],
      });
    }

    const sold =
      args.sale && new SubscriptionFunctions(name, { ...args.sale, logRetentionDays }, { parent: this });
    const forCustomers =
      args.sale &&
      new CustomerFunctions(
        name,
        { ...args.sale, oidc, corsOrigins: args.corsOrigins, logRetentionDays },
        { parent: this },
      );
    const repair = args.sale && new BillingRepair(name, { ...args.sale, logRetentionDays }, { parent: this });
    this.scheduled = repair?.scheduled ?? [];
    this.functions = [
      issueProof,
      ...(forCustomers?.functions ?? []),
      ...(sold?.functions ?? []),
      ...(repair?.functions ?? []),
    ];

    this.api = new RestApi(
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
          ...(forCustomers?.routes ?? []),
          ...(sold?.routes ?? []),
        ],
        corsOrigins: args.corsOrigins,
        throttle: { rate: 200, burst: 400 },
        logRetentionDays,
        guard: args.guard,
        domain: args.domain,
      },
      { parent: this },
    );
    this.url = this.api.url;
    this.registerOutputs({ url: this.url });
  }
}
