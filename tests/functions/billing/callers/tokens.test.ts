import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { issuerKeys } from "../../../../functions/billing/callers/issuer-keys.ts";
import {
  type TokenRefusal,
  type TokenVerifier,
  tokenVerifier,
} from "../../../../functions/billing/callers/tokens.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { LoopbackIssuer, now } from "./loopback-issuer.ts";

let issuer: LoopbackIssuer;
let sign: Awaited<ReturnType<LoopbackIssuer["addKey"]>>;
let verifier: TokenVerifier;

beforeEach(async () => {
  issuer = await new LoopbackIssuer().start();
  sign = await issuer.addKey("ES256", "key-1");
  const keys = issuerKeys({ issuer: issuer.url, loopback: true, now: () => now * 1000, fetch });
  verifier = tokenVerifier({ issuer: issuer.url, audience: "synapse-d", keys, now: () => now * 1000 });
});
afterEach(() => issuer.stop());

const verify = async (token: string) => verifier.verify(`Bearer ${token}`);
type Claims = Readonly<Record<string, unknown>>;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("an access token is accepted", () => {
  test("with its subject and claims", async () => {
    expect(await verify(await sign({ tenant: "acme" }))).toMatchObject({
      kind: "verified",
      subject: "alice",
      claims: { tenant: "acme" },
    });
  });

  test("signed with RS256", async () => {
    const signRsa = await issuer.addKey("RS256", "key-2");
    expect(await verify(await signRsa())).toMatchObject({ kind: "verified" });
  });

  test.each<[string, Claims, Claims]>([
    ["among several audiences", { aud: ["other", "synapse-d"] }, {}],
    ["by client_id when it has no aud", { aud: undefined, client_id: "synapse-d", token_use: "access" }, {}],
    ["of type JWT", {}, { typ: "JWT" }],
    ["of type application/at+jwt", {}, { typ: "application/at+jwt" }],
    ["of no type", {}, { typ: undefined }],
    ["within five seconds of its expiry", { exp: now - 4 }, {}],
    ["within five seconds of its start", { nbf: now + 4 }, {}],
  ])("%s", async (_, claims: Claims, header: Claims) => {
    expect(await verify(await sign(claims, header))).toMatchObject({ kind: "verified" });
  });

  test("with the scheme in any case", async () => {
    expect(await verifier.verify(`bearer ${await sign()}`)).toMatchObject({ kind: "verified" });
  });
});

describe("a token is refused", () => {
  test.each<[TokenRefusal, Claims, Claims]>([
    ["token_expired", { exp: now - 5 }, {}],
    ["token_claims_invalid", { exp: undefined }, {}],
    ["token_claims_invalid", { exp: "soon" }, {}],
    ["token_not_yet_valid", { nbf: now + 6 }, {}],
    ["token_issuer_wrong", { iss: "https://evil.example.com" }, {}],
    ["token_issuer_wrong", { iss: undefined }, {}],
    ["token_audience_wrong", { aud: "other" }, {}],
    ["token_audience_wrong", { aud: undefined }, {}],
    ["token_audience_wrong", { aud: "other", client_id: "synapse-d" }, {}],
    ["token_use_wrong", { token_use: "id" }, {}],
    ["token_use_wrong", { token_use: "refresh" }, {}],
    ["token_use_wrong", {}, { typ: "logout+jwt" }],
    ["token_claims_invalid", { sub: undefined }, {}],
    ["token_claims_invalid", { sub: "" }, {}],
    ["token_claims_invalid", { sub: "x".repeat(256) }, {}],
    ["token_claims_invalid", { sub: 7 }, {}],
    ["token_key_unknown", {}, { kid: "other" }],
  ])("as %s: %j %j", async (code, claims: Claims, header: Claims) => {
    expect(await verify(await sign(claims, header))).toEqual({ kind: "refused", code });
  });

  test("without one", async () => {
    expect(await verifier.verify(undefined)).toEqual({ kind: "refused", code: "token_missing" });
    expect(await verifier.verify("")).toEqual({ kind: "refused", code: "token_missing" });
  });

  test.each(["Basic YTpi", "Bearer", "Bearer a b", "Bearer a", "Bearer a.b.c", "Bearer e30.e30.e30"])(
    "that is none: %s",
    async (authorization) => {
      expect(await verifier.verify(authorization)).toEqual({ kind: "refused", code: "token_malformed" });
    },
  );

  test("with a signature that is not its own", async () => {
    const [header, , signature] = (await sign()).split(".");
    const forged = encode({ iss: issuer.url, aud: "synapse-d", sub: "mallory", exp: now + 60 });
    expect(await verify(`${header}.${forged}.${signature}`)).toEqual({
      kind: "refused",
      code: "token_signature_invalid",
    });
  });

  test("without a signature, or with one made from the public key", async () => {
    const payload = encode({ iss: issuer.url, aud: "synapse-d", sub: "mallory", exp: now + 60 });
    const none = `${encode({ alg: "none", typ: "JWT" })}.${payload}.`;
    const head = `${encode({ alg: "HS256", kid: "key-1" })}.${payload}`;
    const hmac = createHmac("sha256", JSON.stringify(issuer.keys[0])).update(head).digest("base64url");
    for (const token of [none, `${head}.${hmac}`]) {
      expect(await verify(token)).toEqual({ kind: "refused", code: "token_algorithm_refused" });
    }
    expect(issuer.requests).toEqual([]);
  });

  test("signed by a good key with another algorithm", async () => {
    const signPss = await issuer.addKey("PS256", "key-3");
    expect(await verify(await signPss())).toEqual({ kind: "refused", code: "token_algorithm_refused" });
  });

  test("with a critical header that we do not know", async () => {
    const [, payload, signature] = (await sign()).split(".");
    const header = encode({ alg: "ES256", kid: "key-1", crit: ["x"], x: 1 });
    expect(await verify(`${header}.${payload}.${signature}`)).toEqual({
      kind: "refused",
      code: "token_malformed",
    });
  });

  test("whatever the header holds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `Bearer ${text}`),
        ),
        async (text) => {
          expect(await verifier.verify(text)).toMatchObject({ kind: "refused" });
        },
      ),
    );
  });
});

test("keys that cannot be used are the issuer's fault, not the caller's", async () => {
  issuer.keys = [{ kty: "EC", crv: "P-256", x: "AA", y: "AA", kid: "key-1", alg: "ES256" }];
  await expect(verify(await sign())).rejects.toMatchObject({
    code: "issuer_document_invalid",
    retryable: true,
  });
});

test("a fault with a name, of who gets the keys, passes on as it is", async () => {
  const fault = new Failure("issuer_unreachable", "no answer", { retryable: true });
  const keys = () => Promise.reject(fault);
  const unreached = tokenVerifier({ issuer: issuer.url, audience: "synapse-d", keys, now: () => now * 1000 });
  await expect(unreached.verify(`Bearer ${await sign()}`)).rejects.toBe(fault);
});
