import { BillingApi } from "../../components/billing-api.ts";
import { DurableQueue } from "../../components/durable-queue.ts";
import { SignalingApi } from "../../components/signaling-api.ts";
import { TtlTable } from "../../components/ttl-table.ts";

/** Every component once, with placeholder keys, as `index.ts` wires them. */
export function declareWholeProgram(
  corsOrigins: readonly string[] = ["https://app.example.com", "https://admin.example.com"],
): { signaling: SignalingApi; billing: BillingApi } {
  const key = { partitionKey: { name: "id", type: "S" }, ttlAttribute: "expiresAt" } as const;
  const proofs = new TtlTable("proofs", key);
  const signaling = new SignalingApi("signaling", {
    peers: new TtlTable("peers", key),
    pairs: new TtlTable("pairs", key),
    topics: new TtlTable("topics", key),
    proofs,
    deliveries: new DurableQueue("deliveries", { fifo: true, maxReceiveCount: 8 }),
    logRetentionDays: 14,
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
    corsOrigins,
    logRetentionDays: 14,
  });
  return { signaling, billing };
}
