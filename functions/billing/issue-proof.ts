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
}

export const handler = async (): Promise<void> => {};
