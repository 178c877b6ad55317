import type * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { BillingApi, type IceRelay } from "../../components/billing-api.ts";
import type { Domain } from "../../components/custom-domain.ts";
import { DurableQueue } from "../../components/durable-queue.ts";
import type { RestApiGuard } from "../../components/rest-api-guard.ts";
import { SignalingApi } from "../../components/signaling-api.ts";
import { TtlTable } from "../../components/ttl-table.ts";
import { accessPolicy } from "../../functions/billing/access/access-policy.ts";
import { type Recorded, recordedProgram } from "./recorded-program.ts";

/** Every component once, with placeholder keys, as `index.ts` wires them. */
export function declareWholeProgram(
  corsOrigins: readonly string[] = ["https://app.example.com", "https://admin.example.com"],
  guard?: RestApiGuard,
  relay?: IceRelay,
  domains: { readonly signaling?: Domain; readonly billing?: Domain } = {},
): { signaling: SignalingApi; billing: BillingApi } {
  const key = { partitionKey: { name: "id", type: "S" }, ttlAttribute: "expiresAt" } as const;
  const proofs = new TtlTable("proofs", key);
  const sale = {
    plans: {
      team: {
        name: "Team",
        priceId: "price_1",
        group: "default",
        limits: {
          maxFrameBytes: 32_768,
          framesPerSecond: 200,
          peersPerChannel: 100,
          mailboxDepth: 1_024,
          messageTtlSeconds: 90,
        },
      },
    },
    stripe: {
      secretKeyArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-a1b2c3",
      webhookSecretArns: ["arn:aws:secretsmanager:us-east-1:111122223333:secret:hook-a1b2c3"],
      successUrl: "https://app.example.com/paid",
      cancelUrl: "https://app.example.com/plans",
      portalReturnUrl: "https://app.example.com/account",
    },
    attempts: new TtlTable("attempts", key),
    customers: new TtlTable("customers", key),
    audits: new TtlTable("audits", key),
    events: new DurableQueue("billing-events", { fifo: true, visibilityTimeout: 180 }),
    access: v.parse(accessPolicy, {}),
    sockets: new TtlTable("sockets", key),
    revocations: new DurableQueue("revocations", { fifo: true, visibilityTimeout: 180, maxReceiveCount: 8 }),
  };
  const signaling = new SignalingApi("signaling", {
    peers: new TtlTable("peers", key),
    pairs: new TtlTable("pairs", key),
    topics: new TtlTable("topics", key),
    proofs,
    deliveries: new DurableQueue("deliveries", { fifo: true, maxReceiveCount: 8 }),
    sale,
    logRetentionDays: 14,
    domain: domains.signaling,
  });
  const billing = new BillingApi("billing", {
    proofs,
    claims: new TtlTable("claims", key),
    signalingUrl: signaling.url,
    oidc: {
      issuer: "https://issuer.example.com/",
      audience: "synapse-d",
      tenantClaim: "org",
      loopbackIssuer: false,
    },
    sale,
    corsOrigins,
    logRetentionDays: 14,
    guard,
    relay,
    domain: domains.billing,
  });
  return { signaling, billing };
}

export interface WholeProgram {
  readonly recorded: Recorded[];
  /** Where clients reach `signaling` and `billing`. */
  readonly urls: Readonly<Record<string, string>>;
}

let known: Promise<WholeProgram> | undefined;

/** All of it with its defaults, declared once for every test of a file that asks. */
export function wholeProgram(): Promise<WholeProgram> {
  known ??= recordedWholeProgram();
  return known;
}

/** All of it, declared anew, with these domains. */
export async function recordedWholeProgram(
  domains?: Parameters<typeof declareWholeProgram>[3],
): Promise<WholeProgram> {
  const urls: Record<string, string> = {};
  const recorded = await recordedProgram(() => {
    const apis = declareWholeProgram(undefined, undefined, undefined, domains);
    const keep = (name: string, url: pulumi.Output<string>) =>
      url.apply((text) => {
        urls[name] = text;
      });
    keep("signaling", apis.signaling.url);
    keep("billing", apis.billing.url);
  });
  return { recorded, urls };
}
