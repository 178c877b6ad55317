import { describe, expect, test } from "@jest/globals";
import { explainFailure } from "../../../../functions/billing/callers/explain-failure.ts";
import type { VerifiedToken } from "../../../../functions/billing/callers/tokens.ts";
import type { Holder } from "../../../../functions/billing/proofs/authorize-channel.ts";
import { type EntitledLimits, nobodyEntitled } from "../../../../functions/billing/proofs/entitled-limits.ts";
import { noIceServers, relayedBy } from "../../../../functions/billing/proofs/ice-servers.ts";
import { issueProof } from "../../../../functions/billing/proofs/issue-proof.ts";
import type { ProofSettings } from "../../../../functions/billing/proofs/proof-settings.ts";
import { Failure } from "../../../../functions/shared/failure.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";

const limits = {
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

interface World {
  readonly token?: VerifiedToken | Error;
  readonly settings?: Partial<ProofSettings>;
  readonly holder?: Holder;
  readonly taking?: "taken" | "conflict" | Error;
  readonly issuing?: Error;
  readonly entitled?: EntitledLimits;
  /** What the relay's secret is, or why it cannot be read. */
  readonly secret?: string | Error;
}

const alice: VerifiedToken = { kind: "verified", subject: "alice@example.com", claims: { tenant: "acme" } };

function endpoint({
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

const proof = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s";

describe("a proof is issued", () => {
  test("to a caller with a good token, of a tenant, with a plan", async () => {
    const { post, issued, taken, recorded } = endpoint();
    expect(await post()).toEqual({
      statusCode: 201,
      headers: {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        Vary: "Origin",
        "Access-Control-Allow-Origin": "https://app.example.com",
      },
      body: { proof, url: "wss://signaling.example.com/v1", expiresAt: "2027-01-15T08:01:00.000Z" },
    });
    const identity = {
      tenant: "acme",
      subject: "alice@example.com",
      channel: "lobby",
      role: "MASTER",
      clientId: "",
      limits: {
        maxFrameBytes: 32_768,
        framesPerSecond: 100,
        peersPerChannel: 50,
        mailboxDepth: 256,
        messageTtlSeconds: 60,
      },
    };
    expect(issued).toEqual([[proof, identity, 1_800_000_060]]);
    expect(taken).toEqual([
      { channel: "acme#lobby", name: "MASTER", subject: "alice@example.com", expiresAt: 1_800_010_800 },
    ]);
    expect(recorded.lines()).toMatchObject([{ event: "proof", outcome: "issued", tenant: "acme" }]);
    for (const secret of [proof, "alice", "lobby"]) expect(recorded.text()).not.toContain(secret);
  });

  test("with the limits of what the caller has bought, free plan or not", async () => {
    const asked: unknown[][] = [];
    const bought = { ...limits, peersPerChannel: 1_000 };
    for (const freePlan of [limits, undefined]) {
      const { post, issued } = endpoint({
        settings: { freePlan },
        entitled: async (...values) => {
          asked.push(values);
          return bought;
        },
      });
      expect((await post()).statusCode).toBe(201);
      expect(issued[0]?.[1]).toMatchObject({ limits: bought, paid: true });
    }
    expect(asked).toEqual(Array(2).fill(["acme#alice@example.com", 1_800_000_000]));
  });

  test("with credentials for the relay where there is one, which no log line has", async () => {
    const { post, recorded } = endpoint({ secret: "north" });
    const { statusCode, body } = await post();
    expect(statusCode).toBe(201);
    // The user is the beginning of `printf %s 'acme#alice@example.com' | sha256sum`.
    const username = "1800000300:cc31edf257709bc5";
    const credential = "mFsTA7p3vaKrQZcVJI2VVP6Wgqg=";
    expect(body.iceServers).toEqual([{ urls: ["turn:relay.example.com"], username, credential }]);
    for (const hidden of ["north", "cc31edf257709bc5", credential]) {
      expect(recorded.text()).not.toContain(hidden);
    }
  });

  test("for a client id", async () => {
    const { post, issued } = endpoint();
    await post({ channel: "lobby", role: "PEER", clientId: "cam" });
    expect(issued).toMatchObject([[proof, { role: "PEER", clientId: "cam" }, 1_800_000_060]]);
  });

  test("to a body that arrives base64 encoded", async () => {
    const { post } = endpoint();
    const body = Buffer.from('{"channel":"lobby","role":"MASTER"}').toString("base64");
    expect(await post(body, { isBase64Encoded: true })).toMatchObject({ statusCode: 201 });
  });

  test("with the Authorization header in any case", async () => {
    const { post, authorizations } = endpoint();
    await post(undefined, { headers: { AUTHORIZATION: "Bearer t" } });
    expect(authorizations).toEqual(["Bearer t"]);
  });
});

describe("pages of other origins cannot read the answer", () => {
  test.each([{}, { Origin: "https://evil.example.com" }, { origin: "null" }])("%j", async (headers) => {
    const { headers: answered } = await endpoint().post(undefined, { headers });
    expect(answered).not.toHaveProperty("Access-Control-Allow-Origin");
    expect(answered.Vary).toBe("Origin");
  });
});

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
