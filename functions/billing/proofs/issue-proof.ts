import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "../../shared/aws/dynamodb.ts";
import { pseudonym } from "../../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../../shared/environment.ts";
import { resilient } from "../../shared/resilience.ts";
import { telemetry } from "../../shared/telemetry.ts";
import { dynamoProofIssue, type ProofIssue } from "../../signaling/proofs.ts";
import type { ProofIssued } from "../callers/answers.ts";
import { explainFailure } from "../callers/explain-failure.ts";
import { issuerKeys } from "../callers/issuer-keys.ts";
import { readBody } from "../callers/read-body.ts";
import { type CallerPorts, type Served, serveCaller } from "../callers/serve-caller.ts";
import { tokenVerifier } from "../callers/tokens.ts";
import { dynamoCustomers } from "../projection/customers.ts";
import { type ClaimLedger, dynamoClaimLedger } from "./claims.ts";
import { type EntitledLimits, entitledLimits, nobodyEntitled } from "./entitled-limits.ts";
import { configuredIceServers, type IceServers } from "./ice-servers.ts";
import { proofRequest } from "./proof-request.ts";
import { type ProofSettings, readSettings } from "./proof-settings.ts";
import { takeName } from "./take-name.ts";

export interface Environment {
  readonly PROOFS_TABLE: string;
  readonly CLAIMS_TABLE: string;
  /** Where a proof is good for connecting. */
  readonly SIGNALING_URL: string;
  readonly OIDC_ISSUER: string;
  readonly OIDC_AUDIENCE: string;
  /** The JWT claim that names the caller's tenant. */
  readonly TENANT_CLAIM: string;
  /** The tenant of callers whose JWT names none; empty: such callers are refused. */
  readonly SHARED_TENANT: string;
  /** `true` only in the local stack: keys may come over http from loopback. */
  readonly LOOPBACK_ISSUER: string;
  /** JSON of the limits of a caller without a subscription; empty: such callers are refused. */
  readonly FREE_PLAN: string;
  /** JSON array of the origins whose pages may read the answer. */
  readonly CORS_ORIGINS: string;
  /** What users have bought, and JSON of the plans; both empty where nothing is sold. */
  readonly CUSTOMERS_TABLE: string;
  readonly PLANS: string;
  /** JSON array of the URLs of a TURN relay, and the secret that it shares; both empty where there is none. */
  readonly TURN_URLS: string;
  readonly TURN_SECRET_ARN: string;
}

interface ProofPorts extends CallerPorts {
  readonly claims: ClaimLedger;
  readonly proofs: ProofIssue;
  readonly entitled: EntitledLimits;
  readonly iceServers: IceServers;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly settings: ProofSettings;
}

/** Seconds that a proof is good for. */
const proofLifetime = 60;

/**
 * `POST /proofs`: gives a caller with a good access token, of a tenant, with a plan, a proof for one name
 * of one channel, unless the name is another's. 201 with the proof, which is stored as a hash only and
 * works once within 60 seconds, and with credentials for the relay where there is one; else problem details.
 */
export const issueProof = (ports: ProofPorts) =>
  serveCaller(ports, "proof", async ({ caller, request, line }): Promise<Served> => {
    const { settings, now } = ports;
    const { tenant, subject, user } = caller;
    const parsed = readBody(proofRequest, request.body);
    if (parsed.kind === "refused") return parsed;
    const wanted = parsed.value;
    line.add({ channel: pseudonym(wanted.channel), role: wanted.role });
    const bought = await ports.entitled(user, Math.floor(now() / 1000));
    const limits = bought ?? settings.freePlan;
    if (!limits) return { kind: "refused", code: "subscription_required" };

    const identity = { tenant, subject, ...wanted, ...(bought && { paid: true as const }) };
    const taken = await takeName(ports)({ ...identity, clientId: wanted.clientId });
    if (taken.kind === "refused") {
      const { code } = taken;
      return { kind: "refused", code, ...(code.startsWith("client_id") && { field: "clientId" }) };
    }
    if (taken.kind === "contended") return { kind: "refused", code: "claim_contended" };

    const iceServers = await ports.iceServers(user, now());
    const proof = ports.randomBytes(32).toString("base64url");
    const expiresAt = Math.floor(now() / 1000) + proofLifetime;
    await ports.proofs.issue(proof, { ...identity, clientId: wanted.clientId ?? "", limits }, expiresAt);
    line.add({ outcome: "issued" });
    const ends = new Date(expiresAt * 1000).toISOString();
    const body: ProofIssued = {
      proof,
      url: settings.signalingUrl,
      expiresAt: ends,
      ...(iceServers && { iceServers: [...iceServers] }),
    };
    return { kind: "served", status: 201, body };
  });

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    PROOFS_TABLE: "required",
    CLAIMS_TABLE: "required",
    SIGNALING_URL: "required",
    OIDC_ISSUER: "required",
    OIDC_AUDIENCE: "required",
    TENANT_CLAIM: "required",
    SHARED_TENANT: "empty",
    LOOPBACK_ISSUER: "required",
    FREE_PLAN: "empty",
    CORS_ORIGINS: "required",
    CUSTOMERS_TABLE: "empty",
    PLANS: "empty",
    TURN_URLS: "empty",
    TURN_SECRET_ARN: "empty",
  });
  const client = new DynamoDBClient();
  // The issuer's two answers and four calls of DynamoDB end within the function's 10 seconds.
  const guarded = resilient("dynamodb", { retries: 1, attempt: 1_200, total: 1_800 });
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = environment;
  const keys = issuerKeys({ issuer, loopback: environment.LOOPBACK_ISSUER === "true", now: Date.now, fetch });
  const settings = readSettings(environment);
  const customers = dynamoCustomers(client, environment.CUSTOMERS_TABLE, guarded);
  return issueProof({
    tokens: tokenVerifier({ issuer, audience, keys, now: Date.now }),
    claims: dynamoClaimLedger(client, environment.CLAIMS_TABLE, guarded),
    proofs: dynamoProofIssue(client, environment.PROOFS_TABLE, guarded),
    telemetry: telemetry("issue-proof"),
    explainFault: explainFailure,
    now: Date.now,
    randomBytes,
    settings,
    entitled: settings.plans ? entitledLimits(customers, settings.plans) : nobodyEntitled,
    iceServers: configuredIceServers(settings.turnUrls, environment.TURN_SECRET_ARN),
  });
});
