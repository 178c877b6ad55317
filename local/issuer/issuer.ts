import { randomUUID } from "node:crypto";
import { calculateJwkThumbprint } from "jose/jwk/thumbprint";
import { SignJWT } from "jose/jwt/sign";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import type { Clock } from "../clock.ts";
import { type Answer, json, startCapabilityServer } from "../loopback/capability-server.ts";
import { parseTokenRequest } from "./token-request.ts";

export interface IssuerOptions {
  readonly clock: Pick<Clock, "now">;
  /** The bearer token of this start. */
  readonly token: string;
  /** The `aud` of a token that is asked for without one. */
  readonly audience: string;
  readonly consoleOrigin: () => string;
  readonly port?: number;
  /** Makes each token's `jti`. */
  readonly newId?: () => string;
}

export interface Issuer {
  /** The issuer identifier, without a slash at its end. It is a capability URL: treat it as a secret. */
  readonly issuer: string;
  close(): Promise<void>;
}

/** Seconds that a token is good for. */
const lifetime = 3_600;

/**
 * An OIDC issuer of the local cloud, with a key made at its start. `POST {issuer}/token` gives an ES256 access
 * token (RFC 9068) for any user name: form fields `sub`, and if wanted `tenant` and another `audience`. Its keys
 * are found by discovery (OpenID Connect Discovery 1.0). A bad form gets 400 `invalid_request` (RFC 6749, 5.2).
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { clock, audience, newId = randomUUID } = options;
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);

  const discovery = () => ({
    issuer: server.url,
    jwks_uri: `${server.url}/jwks`,
    token_endpoint: `${server.url}/token`,
    response_types_supported: ["token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  });

  const issueToken = async (contentType: string, body: string): Promise<Answer> => {
    const request = parseTokenRequest(contentType, body);
    if (request.kind === "invalid") {
      return json({ error: "invalid_request", error_description: request.description }, 400);
    }
    const now = Math.floor(clock.now() / 1_000);
    const accessToken = await new SignJWT({
      client_id: "local",
      ...(request.tenant !== undefined && { tenant: request.tenant }),
    })
      .setProtectedHeader({ alg: "ES256", kid, typ: "at+jwt" })
      .setIssuer(server.url)
      .setAudience(request.audience ?? audience)
      .setSubject(request.sub)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + lifetime)
      .setJti(newId())
      .sign(privateKey);
    return json({ access_token: accessToken, token_type: "Bearer", expires_in: lifetime });
  };

  const server = await startCapabilityServer({
    token: options.token,
    consoleOrigin: options.consoleOrigin,
    ...(options.port !== undefined && { port: options.port }),
    routes: [
      { method: "GET", path: "/.well-known/openid-configuration", answer: () => json(discovery()) },
      {
        method: "GET",
        path: "/jwks",
        answer: () => json({ keys: [{ ...jwk, kid, alg: "ES256", use: "sig" }] }),
      },
      { method: "POST", path: "/token", answer: ({ contentType, body }) => issueToken(contentType, body) },
    ],
  });
  return { issuer: server.url, close: server.close };
}
