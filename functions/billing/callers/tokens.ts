import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { Failure } from "../../shared/failure.ts";

/** Why a bearer token is not accepted. */
export type TokenRefusal =
  | "token_missing"
  | "token_malformed"
  | "token_algorithm_refused"
  | "token_key_unknown"
  | "token_signature_invalid"
  | "token_expired"
  | "token_not_yet_valid"
  | "token_issuer_wrong"
  | "token_audience_wrong"
  | "token_use_wrong"
  | "token_claims_invalid";

export type VerifiedToken =
  | { readonly kind: "verified"; readonly subject: string; readonly claims: JWTPayload }
  | { readonly kind: "refused"; readonly code: TokenRefusal };

export interface TokenVerifier {
  /** Takes the Authorization header's value. Throws Failure `issuer_…` when its keys cannot be had. */
  verify(authorization: string | undefined): Promise<VerifiedToken>;
}

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Seconds that the issuer's clock may differ from ours. */
const clockTolerance = 5;
const accessTokenTypes = ["jwt", "at+jwt", "application/at+jwt"];

const byCode: Readonly<Record<string, TokenRefusal>> = {
  ERR_JWT_EXPIRED: "token_expired",
  ERR_JOSE_ALG_NOT_ALLOWED: "token_algorithm_refused",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "token_signature_invalid",
  ERR_JWKS_NO_MATCHING_KEY: "token_key_unknown",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "token_key_unknown",
  ERR_JWS_INVALID: "token_malformed",
  ERR_JWT_INVALID: "token_malformed",
  ERR_JOSE_NOT_SUPPORTED: "token_malformed",
};

const byClaim: Readonly<Record<string, TokenRefusal>> = {
  nbf: "token_not_yet_valid",
  iss: "token_issuer_wrong",
};

/**
 * Accepts access tokens: signed with RS256 or ES256 by a key of the issuer, of its name, for our
 * audience (`aud`; `client_id` where there is no `aud`, as in Cognito's access tokens), within `exp` and
 * `nbf`, of a named subject. A token that says it is for another use (`token_use`, `typ`) is refused.
 */
export const tokenVerifier = ({ issuer, audience, keys, now }: TokenRules): TokenVerifier => ({
  verify: async (authorization) => {
    if (authorization === undefined || authorization === "") return refused("token_missing");
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1];
    if (token === undefined) return refused("token_malformed");
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: ["RS256", "ES256"],
        issuer,
        clockTolerance,
        currentDate: new Date(now()),
        requiredClaims: ["exp", "sub"],
      });
      if (!accessTokenTypes.includes((protectedHeader.typ ?? "jwt").toLowerCase())) {
        return refused("token_use_wrong");
      }
      return judge(payload, audience);
    } catch (error) {
      return refused(refusalOf(error));
    }
  },
});

function judge(claims: JWTPayload, audience: string): VerifiedToken {
  const { aud, sub, client_id: clientId, token_use: use } = claims;
  if (use !== undefined && use !== "access") return refused("token_use_wrong");
  const audiences: readonly unknown[] = aud === undefined ? [clientId] : [aud].flat();
  if (!audiences.includes(audience)) return refused("token_audience_wrong");
  // OpenID Connect Core 1.0, section 2: at most 255 characters.
  if (typeof sub !== "string" || sub === "" || sub.length > 255) return refused("token_claims_invalid");
  return { kind: "verified", subject: sub, claims };
}

function refusalOf(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTClaimValidationFailed) return byClaim[error.claim] ?? "token_claims_invalid";
  const known = error instanceof errors.JOSEError ? byCode[error.code] : undefined;
  if (known) return known;
  if (error instanceof Failure) throw error;
  throw new Failure("issuer_document_invalid", "the OIDC issuer's keys cannot be used", {
    cause: error,
    retryable: true,
  });
}

const refused = (code: TokenRefusal): VerifiedToken => ({ kind: "refused", code });
