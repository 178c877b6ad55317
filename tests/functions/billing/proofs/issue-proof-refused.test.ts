import { describe, expect, test } from "@jest/globals";
import type { Holder } from "../../../../functions/billing/proofs/authorize-channel.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { alice, endpoint, type World } from "./proof-world.ts";

describe("no proof is issued", () => {
  const held: Holder = {
    channel: "acme#lobby",
    name: "MASTER",
    subject: "bob",
    expiresAt: 1_800_000_001,
  };
  const viewer = (clientId?: string) => ({ channel: "lobby", role: "VIEWER", clientId });

  test.each<[number, string, World, unknown]>([
    [401, "token_expired", { token: { kind: "refused", code: "token_expired" } }, undefined],
    [403, "tenant_missing", { token: { ...alice, claims: {} } }, undefined],
    [403, "tenant_invalid", { token: { ...alice, claims: { tenant: "a#b" } } }, undefined],
    [402, "subscription_required", { settings: { freePlan: undefined } }, undefined],
    [403, "channel_taken", { holder: held }, undefined],
    [403, "client_id_taken", { holder: { ...held, name: "cam" } }, viewer("cam")],
    [400, "client_id_missing", {}, viewer()],
    [400, "client_id_hostile", {}, viewer("__proto__")],
    [400, "client_id_not_allowed", {}, { channel: "lobby", role: "MASTER", clientId: "cam" }],
    [400, "body_not_json", {}, "channel=lobby"],
    [400, "body_not_json", {}, ""],
    [400, "body_invalid", {}, []],
    [413, "body_too_large", {}, `{"channel":"${"x".repeat(4_096)}"}`],
    [409, "claim_contended", { taking: "conflict" }, undefined],
  ])("%i %s", async (statusCode, code, world, body) => {
    const { post, issued, recorded, secretsRead } = endpoint({ ...world, secret: "north" });
    const answer = await post(body);
    expect(answer).toMatchObject({
      statusCode,
      body: { code, status: statusCode, requestId: "c6af9ac6-7b61" },
    });
    expect(answer.headers["Content-Type"]).toBe("application/problem+json");
    expect(answer.headers["Access-Control-Allow-Origin"]).toBe("https://app.example.com");
    expect(issued).toEqual([]);
    expect(answer.body).not.toHaveProperty("iceServers");
    expect(secretsRead).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ level: "WARN", outcome: "refused", code }]);
  });

  test("and the answer has the shape of RFC 9457", async () => {
    const { body, headers } = await endpoint({ token: { kind: "refused", code: "token_missing" } }).post();
    expect(body).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      detail: "Send your access token: Authorization: Bearer …",
      code: "token_missing",
      retryable: false,
      requestId: "c6af9ac6-7b61",
    });
    expect(headers["WWW-Authenticate"]).toBe('Bearer error="invalid_token"');
  });

  test.each([
    ["channel", { channel: "a#b", role: "MASTER" }],
    ["role", { channel: "lobby", role: "ADMIN" }],
    ["clientId", { channel: "lobby", role: "VIEWER", clientId: "a b" }],
    ["clientId", { channel: "lobby", role: "VIEWER", clientId: "toString" }],
    [undefined, { channel: "lobby", role: "MASTER", "<script>": 1 }],
  ])("and the field at fault is named: %s", async (field, body) => {
    const answer = await endpoint().post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.body.field).toBe(field);
  });

  const outage = new Failure("dynamodb_unavailable", "down", { retryable: true });
  test.each<[number, string, boolean, World, string]>([
    [
      503,
      "keys_unavailable",
      true,
      { token: new Failure("issuer_unreachable", "down", { retryable: true }) },
      "issuer_unreachable",
    ],
    [503, "storage_unavailable", true, { taking: outage }, "dynamodb_unavailable"],
    [503, "storage_unavailable", true, { issuing: outage }, "dynamodb_unavailable"],
    [503, "storage_unavailable", true, { entitled: () => Promise.reject(outage) }, "dynamodb_unavailable"],
    [
      503,
      "storage_unavailable",
      true,
      { secret: new Failure("secrets_unavailable", "down", { retryable: true }) },
      "secrets_unavailable",
    ],
    [500, "internal", false, { secret: new Failure("secret_invalid", "empty") }, "secret_invalid"],
    [500, "internal", false, { issuing: new Error("denied") }, "internal"],
    [500, "internal", false, { taking: new Failure("row_malformed", "bad") }, "row_malformed"],
  ])("%i %s after a fault", async (statusCode, code, retryable, world, logged) => {
    const { post, recorded, issued } = endpoint(world);
    expect(await post()).toMatchObject({ statusCode, body: { code, retryable } });
    expect(issued).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ level: "ERROR", outcome: "failed", code: logged }]);
  });

  test("for an event that API Gateway never sends: that is thrown", async () => {
    await expect(endpoint().handle({})).rejects.toMatchObject({ code: "event_malformed" });
  });

  test("for a request without headers or a body", async () => {
    const { post, authorizations } = endpoint();
    expect(await post("", { headers: null, body: null })).toMatchObject({ body: { code: "body_not_json" } });
    expect(authorizations).toEqual([undefined]);
  });
});
