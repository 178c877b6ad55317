import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { AdvanceableClock } from "../../../local/clock.ts";
import { type Issuer, startIssuer } from "../../../local/issuer/issuer.ts";
import { forgeRequest, testToken } from "../loopback/forge-request.ts";
import { refusesIntruders } from "../loopback/refuses-intruders.ts";

const consoleOrigin = "http://127.0.0.1:4999";
const startOfTest = Date.UTC(2030, 0, 1);
const clock = new AdvanceableClock(() => startOfTest);
let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer({
    clock,
    token: testToken,
    audience: "synapse-d",
    consoleOrigin: () => consoleOrigin,
    newId: () => "id-1",
  });
});
afterAll(() => issuer.close());

const askForToken = (body: string, headers: Record<string, string> = {}) =>
  forgeRequest(`${issuer.issuer}/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body,
  });

const accessToken = async (body: string) =>
  ((await askForToken(body)).json() as { access_token: string }).access_token;

describe("intruders", () =>
  refusesIntruders({ url: () => issuer.issuer, path: "/jwks", postPath: "/token" }));

test("describes itself by discovery, under the identifier it is known by", async () => {
  const reply = await forgeRequest(`${issuer.issuer}/.well-known/openid-configuration`);
  expect(reply.json()).toMatchObject({
    issuer: issuer.issuer,
    jwks_uri: `${issuer.issuer}/jwks`,
    token_endpoint: `${issuer.issuer}/token`,
  });
});

test("gives a bearer token for an hour", async () => {
  expect((await askForToken("sub=alice")).json()).toEqual({
    access_token: expect.any(String),
    token_type: "Bearer",
    expires_in: 3_600,
  });
});

test("signs an access token whose claims are the user's, at the time of the injected clock", async () => {
  const token = await accessToken("sub=Zo%C3%AB&tenant=acme");
  expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", typ: "at+jwt", kid: expect.any(String) });
  expect(decodeJwt(token)).toEqual({
    iss: issuer.issuer,
    aud: "synapse-d",
    sub: "Zoë",
    tenant: "acme",
    client_id: "local",
    iat: 1_893_456_000,
    nbf: 1_893_456_000,
    exp: 1_893_459_600,
    jti: "id-1",
  });
});

test("names no tenant when none was asked for", async () => {
  expect(decodeJwt(await accessToken("sub=alice"))).not.toHaveProperty("tenant");
});

test("publishes the key that verifies its tokens, and no private part of it", async () => {
  const keys = createRemoteJWKSet(new URL(`${issuer.issuer}/jwks`));
  const verified = await jwtVerify(await accessToken("sub=alice"), keys, {
    issuer: issuer.issuer,
    audience: "synapse-d",
    typ: "at+jwt",
    currentDate: new Date(startOfTest),
  });
  expect(verified.payload.sub).toBe("alice");
  const reply = await forgeRequest(`${issuer.issuer}/jwks`);
  expect(reply.json()).toEqual({
    keys: [
      {
        kty: "EC",
        crv: "P-256",
        alg: "ES256",
        use: "sig",
        kid: expect.any(String),
        x: expect.any(String),
        y: expect.any(String),
      },
    ],
  });
});

test("answers a bad form with an OAuth error", async () => {
  const reply = await askForToken("tenant=acme");
  expect(reply.status).toBe(400);
  expect(reply.json()).toEqual({ error: "invalid_request", error_description: "sub is required" });
});

test("lets the console's page read the answer, and no other page", async () => {
  const fromConsole = await askForToken("sub=alice", { origin: consoleOrigin });
  expect(fromConsole.status).toBe(200);
  expect(fromConsole.headers["access-control-allow-origin"]).toBe("http://127.0.0.1:4999");
  const fromNowhere = await askForToken("sub=alice");
  expect(fromNowhere.headers["access-control-allow-origin"]).toBeUndefined();
});
