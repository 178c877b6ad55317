import * as v from "valibot";
import { BillingApi, type IceRelay } from "../../components/billing-api.ts";
import type { Domain } from "../../components/custom-domain.ts";
import { DurableQueue } from "../../components/durable-queue.ts";
import type { RestApiGuard } from "../../components/rest-api-guard.ts";
import { SignalingApi } from "../../components/signaling-api.ts";
import { TtlTable } from "../../components/ttl-table.ts";
import { accessPolicy } from "../../functions/billing/access/access-policy.ts";

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
