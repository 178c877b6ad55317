import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { issuerKeys } from "../../../../functions/billing/callers/issuer-keys.ts";
import { LoopbackIssuer, now } from "./loopback-issuer.ts";

const discovery = "/.well-known/openid-configuration";
const header = { alg: "ES256", kid: "key-1" };
const token = { payload: "", signature: "" };
let issuer: LoopbackIssuer;
let time: number;

beforeEach(async () => {
  issuer = await new LoopbackIssuer().start();
  await issuer.addKey("ES256", "key-1");
  time = now * 1000;
});
afterEach(() => issuer.stop());

const keysOf = (more: { issuer?: string; loopback?: boolean } = {}) =>
  issuerKeys({ issuer: issuer.url, loopback: true, now: () => time, fetch, ...more });

describe("the issuer's keys", () => {
  test("are found by discovery, and fetched once", async () => {
    const keys = keysOf();
    expect(await keys(header, token)).toMatchObject({ type: "public" });
    await keys(header, token);
    expect(issuer.requests).toEqual([discovery, "/jwks"]);
  });

  test("are not fetched again at once for a key that nobody knows", async () => {
    const keys = keysOf();
    await keys(header, token);
    for (let time = 0; time < 3; time++) {
      await expect(keys({ alg: "ES256", kid: "other" }, token)).rejects.toMatchObject({
        code: "ERR_JWKS_NO_MATCHING_KEY",
      });
    }
    expect(issuer.requests).toEqual([discovery, "/jwks"]);
  });

  test("are discovered again after an hour", async () => {
    const keys = keysOf();
    await keys(header, token);
    time += 60 * 60 * 1000 - 1;
    await keys(header, token);
    expect(issuer.requests).toEqual([discovery, "/jwks"]);
    time += 1;
    await keys(header, token);
    expect(issuer.requests).toEqual([discovery, "/jwks", discovery, "/jwks"]);
  });

  test("are those of an issuer whose name ends with a slash", async () => {
    const body = JSON.stringify({ issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/jwks` });
    issuer.bent.set(discovery, { body });
    await keysOf({ issuer: `${issuer.url}/` })(header, token);
    expect(issuer.requests[0]).toBe(discovery);
  });
});

describe("an issuer that does not answer as it should is a fault that may heal", () => {
  test.each([
    ["issuer_document_invalid", discovery, { status: 500 }],
    ["issuer_document_invalid", discovery, { body: "<html>" }],
    ["issuer_document_invalid", discovery, { body: '{"issuer":"x"}' }],
    ["issuer_document_invalid", discovery, { body: " ".repeat(64 * 1024 + 1) }],
    [
      "issuer_mismatch",
      discovery,
      { body: '{"issuer":"https://evil.example.com","jwks_uri":"https://x.y"}' },
    ],
    ["issuer_document_invalid", "/jwks", { body: " ".repeat(64 * 1024 + 1) }],
  ])("%s at %s: %j", async (code, path, bent) => {
    issuer.bent.set(path, bent);
    await expect(keysOf()(header, token)).rejects.toMatchObject({ code, retryable: true });
  });

  test("issuer_document_invalid when it sends us elsewhere, where we do not go", async () => {
    const body = JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    issuer.bent.set("/elsewhere", { body });
    issuer.bent.set(discovery, { status: 302, location: "/elsewhere", body: "" });
    await expect(keysOf()(header, token)).rejects.toMatchObject({ code: "issuer_document_invalid" });
    expect(issuer.requests).toEqual([discovery]);
  });

  test("issuer_unreachable when nothing listens", async () => {
    const keys = keysOf();
    await issuer.stop();
    await expect(keys(header, token)).rejects.toMatchObject({ code: "issuer_unreachable" });
    await issuer.start();
  });

  test("and is not asked again for five seconds", async () => {
    issuer.bent.set(discovery, { status: 500 });
    const keys = keysOf();
    await expect(keys(header, token)).rejects.toMatchObject({ retryable: true });
    await expect(keys(header, token)).rejects.toMatchObject({ retryable: true });
    expect(issuer.requests).toEqual([discovery]);
    issuer.bent.clear();
    time += 4_999;
    await expect(keys(header, token)).rejects.toMatchObject({ retryable: true });
    time += 1;
    expect(await keys(header, token)).toMatchObject({ type: "public" });
  });
});

describe("keys never come over plain http", () => {
  test("from loopback in a stack that is not local", async () => {
    await expect(keysOf({ loopback: false })(header, token)).rejects.toMatchObject({
      code: "issuer_insecure",
    });
    expect(issuer.requests).toEqual([]);
  });

  test.each(["http://issuer.example.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1", "not a url"])(
    "from %s in the local stack",
    async (url) => {
      await expect(keysOf({ issuer: url })(header, token)).rejects.toMatchObject({ code: "issuer_insecure" });
    },
  );

  test("when the discovery document points there", async () => {
    const body = JSON.stringify({ issuer: issuer.url, jwks_uri: "http://keys.example.com/jwks" });
    issuer.bent.set(discovery, { body });
    await expect(keysOf()(header, token)).rejects.toMatchObject({ code: "issuer_insecure" });
  });
});
