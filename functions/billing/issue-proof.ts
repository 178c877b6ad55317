import { randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { Failure } from "../shared/failure.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { dynamoProofIssue, type ProofIssue } from "../signaling/proofs.ts";
import { type ClaimLedger, dynamoClaimLedger } from "./claims.ts";
import { dynamoCustomers } from "./customers.ts";
import { type EntitledLimits, entitledLimits, nobodyEntitled } from "./entitled-limits.ts";
import { answer, type HttpAnswer, type HttpRequest, readRequest } from "./http.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { type ProblemCode, problem } from "./problems.ts";
import { type ProofRequest, proofRequest } from "./proof-request.ts";
import { type ProofSettings, readSettings } from "./proof-settings.ts";
import { takeName } from "./take-name.ts";
import { tenantOf } from "./tenant.ts";
import { type TokenVerifier, tokenVerifier } from "./tokens.ts";

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
}

interface ProofPorts {
  readonly tokens: TokenVerifier;
  readonly claims: ClaimLedger;
  readonly proofs: ProofIssue;
  readonly entitled: EntitledLimits;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly settings: ProofSettings;
}

/** Seconds that a proof is good for. */
const proofLifetime = 60;
const largestBody = 4_096;

type Issued =
  | { readonly kind: "issued"; readonly body: { proof: string; url: string; expiresAt: string } }
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly field?: string };

/**
 * `POST /proofs`: gives a caller with a good access token, of a tenant, with a plan, a proof for one name
 * of one channel, unless the name is another's. 201 with the proof, which is stored as a hash only and
 * works once within 60 seconds; else problem details. Never throws for what a caller sends.
 */
export const issueProof = (ports: ProofPorts) => {
  return (event: unknown): Promise<HttpAnswer> =>
    ports.telemetry.observe("proof", async (line) => {
      const request = readRequest(event);
      const { requestId } = request;
      const { corsOrigins } = ports.settings;
      line.add({ requestId });
      const issued = await decide(ports, request, line);
      if (issued.kind === "issued") {
        line.add({ outcome: "issued" });
        return answer(request, corsOrigins, 201, issued.body);
      }
      const { status, body } = problem(issued.code, requestId, issued.field);
      return answer(request, corsOrigins, status, body);
    });
};

async function decide(ports: ProofPorts, request: HttpRequest, line: Line): Promise<Issued> {
  const refuse = (code: ProblemCode, field?: string): Issued => {
    line.add({ outcome: "refused", code });
    return { kind: "refused", code, ...(field !== undefined && { field }) };
  };
  const { settings } = ports;
  try {
    const token = await ports.tokens.verify(request.headers.get("authorization"));
    if (token.kind === "refused") return refuse(token.code);
    line.add({ subject: pseudonym(token.subject) });
    const tenant = tenantOf(token.claims, settings.tenantClaim, settings.sharedTenant);
    if (tenant.kind === "refused") return refuse(tenant.code);
    line.add({ tenant: tenant.tenant });

    const parsed = parseBody(request.body);
    if (parsed.kind === "refused") return refuse(parsed.code, parsed.field);
    const wanted = parsed.request;
    line.add({ channel: pseudonym(wanted.channel), role: wanted.role });
    const bought = await ports.entitled(`${tenant.tenant}#${token.subject}`, Math.floor(ports.now() / 1000));
    const limits = bought ?? settings.freePlan;
    if (!limits) return refuse("subscription_required");

    const identity = {
      tenant: tenant.tenant,
      subject: token.subject,
      ...wanted,
      ...(bought && { paid: true as const }),
    };
    const taken = await takeName(ports)({ ...identity, clientId: wanted.clientId });
    if (taken.kind === "refused") {
      return refuse(taken.code, taken.code.startsWith("client_id") ? "clientId" : undefined);
    }
    if (taken.kind === "contended") return refuse("claim_contended");

    const proof = ports.randomBytes(32).toString("base64url");
    const expiresAt = Math.floor(ports.now() / 1000) + proofLifetime;
    await ports.proofs.issue(proof, { ...identity, clientId: wanted.clientId ?? "", limits }, expiresAt);
    return {
      kind: "issued",
      body: { proof, url: settings.signalingUrl, expiresAt: new Date(expiresAt * 1000).toISOString() },
    };
  } catch (error) {
    line.fail(error);
    return { kind: "refused", code: problemOf(error) };
  }
}

function parseBody(
  body: Buffer,
):
  | { kind: "parsed"; request: ProofRequest }
  | { kind: "refused"; code: "body_too_large" | "body_not_json" | "body_invalid"; field?: string } {
  if (body.byteLength > largestBody) return { kind: "refused", code: "body_too_large" };
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return { kind: "refused", code: "body_not_json" };
  }
  const parsed = v.safeParse(proofRequest, value);
  if (parsed.success) return { kind: "parsed", request: parsed.output };
  const key = v.getDotPath(parsed.issues[0]);
  // A name that we do not know is not repeated: it may be anything.
  const field = key !== null && Object.hasOwn(proofRequest.entries, key) ? key : undefined;
  return { kind: "refused", code: "body_invalid", ...(field !== undefined && { field }) };
}

function problemOf(error: unknown): ProblemCode {
  if (!(error instanceof Failure) || !error.retryable) return "internal";
  return error.code.startsWith("issuer_") ? "keys_unavailable" : "storage_unavailable";
}

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
  });
  const client = new DynamoDBClient(clientDefaults);
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
    now: Date.now,
    randomBytes,
    settings,
    entitled: settings.plans ? entitledLimits(customers, settings.plans) : nobodyEntitled,
  });
});
