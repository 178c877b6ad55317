import { explainFailure } from "../../../../functions/billing/callers/explain-failure.ts";
import type { VerifiedToken } from "../../../../functions/billing/callers/tokens.ts";
import type { Holder } from "../../../../functions/billing/proofs/authorize-channel.ts";
import { type EntitledLimits, nobodyEntitled } from "../../../../functions/billing/proofs/entitled-limits.ts";
import { noIceServers, relayedBy } from "../../../../functions/billing/proofs/ice-servers.ts";
import { issueProof } from "../../../../functions/billing/proofs/issue-proof.ts";
import type { ProofSettings } from "../../../../functions/billing/proofs/proof-settings.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";

export const limits = {
  maxFrameBytes: 32_768,
  framesPerSecond: 100,
  peersPerChannel: 50,
  mailboxDepth: 256,
  messageTtlSeconds: 60,
};
const settings: ProofSettings = {
  signalingUrl: "wss://signaling.example.com/v1",
  tenantClaim: "tenant",
  sharedTenant: "",
  freePlan: limits,
  corsOrigins: ["https://app.example.com"],
  plans: undefined,
  turnUrls: undefined,
};

/** What is different from a caller who gets a proof. */
export interface World {
  readonly token?: VerifiedToken | Error;
  readonly settings?: Partial<ProofSettings>;
  readonly holder?: Holder;
  readonly taking?: "taken" | "conflict" | Error;
  readonly issuing?: Error;
  readonly entitled?: EntitledLimits;
  /** What the relay's secret is, or why it cannot be read. */
  readonly secret?: string | Error;
}

export const alice = {
  kind: "verified",
  subject: "alice@example.com",
  claims: { tenant: "acme" },
} as const satisfies VerifiedToken;

/** `POST /proofs` over ports that remember. */
export function endpoint({
  token = alice,
  taking = "taken",
  issuing,
  holder,
  settings: bent,
  entitled = nobodyEntitled,
  secret,
}: World = {}) {
  const secretsRead: string[] = [];
  const issued: unknown[][] = [];
  const taken: unknown[] = [];
  const authorizations: unknown[] = [];
  const recorded = recordedTelemetry("issue-proof");
  const handle = issueProof({
    tokens: {
      verify: async (authorization) => {
        authorizations.push(authorization);
        if (token instanceof Error) throw token;
        return token;
      },
    },
    claims: {
      holder: async () => holder,
      take: async (claim) => {
        if (taking instanceof Error) throw taking;
        taken.push(claim);
        return taking;
      },
    },
    proofs: {
      issue: async (...values) => {
        if (issuing) throw issuing;
        issued.push(values);
      },
    },
    entitled,
    iceServers:
      secret === undefined
        ? noIceServers
        : relayedBy({ read: readSecret(secret, secretsRead) }, "arn:turn", ["turn:relay.example.com"]),
    explainFault: explainFailure,
    telemetry: recorded.telemetry,
    now: () => 1_800_000_000_999,
    randomBytes: (size) => Buffer.alloc(size, 0xab),
    settings: { ...settings, ...bent },
  });
  const post = async (body: unknown = { channel: "lobby", role: "MASTER" }, more: object = {}) => {
    const answer = await handle({
      httpMethod: "POST",
      path: "/proofs",
      headers: { authorization: "Bearer t", Origin: "https://app.example.com" },
      body: typeof body === "string" ? body : JSON.stringify(body),
      isBase64Encoded: false,
      requestContext: { requestId: "c6af9ac6-7b61" },
      ...more,
    });
    return { ...answer, body: JSON.parse(answer.body) };
  };
  return { post, handle, issued, taken, authorizations, recorded, secretsRead };
}

const readSecret = (secret: string | Error, read: string[]) => async (arn: string) => {
  read.push(arn);
  if (secret instanceof Error) throw secret;
  return secret;
};
