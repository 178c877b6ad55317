import { describe, expect, test } from "@jest/globals";
import { authorize } from "../../../functions/signaling/authorize.ts";
import { readIdentity } from "../../../functions/signaling/identity.ts";
import type { Redeemed, Redemption } from "../../../functions/signaling/proofs.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { announced, limits, master, viewer } from "./identities.ts";

/** As proofs hold it: what a client says of itself is not in them. */
const { announced: _, instance: __, ...proven } = viewer;
const proof = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const methodArn = "arn:aws:execute-api:us-east-1:000000000000:api/v1/$connect";

function authorizer(redeemed: Redeemed | Error = { kind: "redeemed", identity: proven }) {
  const asked: Redemption[] = [];
  const recorded = recordedTelemetry("authorize");
  const handle = authorize({
    proofs: {
      redeem: async (redemption) => {
        asked.push(redemption);
        if (redeemed instanceof Error) throw redeemed;
        return redeemed;
      },
    },
    telemetry: recorded.telemetry,
    now: () => 1_800_000_000_999,
  });
  return { handle, asked, recorded };
}

/** A REQUEST authorizer's event; a value may be a list, as with a parameter that comes twice. */
function request(query: Readonly<Record<string, string | string[]>> | null) {
  const entries = Object.entries(query ?? {}).map(([name, value]) => [name, [value].flat()] as const);
  return {
    type: "REQUEST",
    methodArn,
    queryStringParameters:
      query && Object.fromEntries(entries.map(([name, values]) => [name, values.at(-1)])),
    multiValueQueryStringParameters: query && Object.fromEntries(entries),
    requestContext: { connectionId: "L0SM9cOFvHcCIhw=", requestId: "JKJaXmPLvHcESHA=" },
  };
}

describe("a handshake with a good proof", () => {
  test("is allowed on this method only, with the proof's identity as its context", async () => {
    const { handle, recorded } = authorizer();
    expect(await handle(request({ proof }))).toEqual({
      principalId: "c6c289e49e9c05b2",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: methodArn }],
      },
      context: {
        tenant: "acme",
        channel: "lobby",
        role: "VIEWER",
        clientId: "ada",
        subject: "user-1",
        limits:
          '{"maxFrameBytes":32768,"framesPerSecond":100,"peersPerChannel":50,"mailboxDepth":100,"messageTtlSeconds":60}',
        announced: "false",
        instance: "",
      },
    });
    expect(recorded.lines()).toMatchObject([{ event: "authorize", outcome: "allowed", role: "VIEWER" }]);
    for (const secret of [proof, "ada", "lobby", "user-1"]) expect(recorded.text()).not.toContain(secret);
  });

  test.each([
    ["a client of our own claims nothing", { proof }, undefined],
    ["a KVS viewer claims its client id", { proof, "X-Amz-ChannelARN": "x", "X-Amz-ClientId": "ada" }, "ada"],
    ["a KVS master claims to have none", { proof, "X-Amz-ChannelARN": "x" }, ""],
  ])("%s", async (_, query, claimedClientId) => {
    const { handle, asked } = authorizer({ kind: "redeemed", identity: master });
    await handle(request(query));
    expect(asked).toEqual([{ proof, connectionId: "L0SM9cOFvHcCIhw=", now: 1_800_000_000, claimedClientId }]);
  });

  test.each([
    ["says nothing of itself", {}, "false", ""],
    ["announces itself", { synapse: "1" }, "true", ""],
    ["announces itself as a running instance", { synapse: "1", instance: "Tab_1-x" }, "true", "Tab_1-x"],
    ["announces itself with an empty instance", { synapse: "1", instance: "" }, "true", ""],
    ["has an instance of 64 characters", { synapse: "1", instance: "i".repeat(64) }, "true", "i".repeat(64)],
    ["announces another version", { synapse: "2", instance: "tab-1" }, "false", ""],
    ["announces nothing", { synapse: "", instance: "tab-1" }, "false", ""],
    ["has an instance without announcing itself, whatever it is", { instance: "a b" }, "false", ""],
  ])("of a client that %s", async (_, query, announced, instance) => {
    const { handle } = authorizer();
    const { context } = await handle(request({ proof, ...query }));
    expect(context).toMatchObject({ announced, instance });
  });

  test("gives a context that is text only, and that its readers understand", async () => {
    const { handle } = authorizer();
    const { context = {} } = await handle(request({ proof, synapse: "1", instance: "tab-1" }));
    expect(Object.values(context).every((value) => typeof value === "string")).toBe(true);
    expect(readIdentity({ ...context, principalId: "p", integrationLatency: 3 })).toEqual(announced(viewer));
  });

  test("is read from an event without multi-value parameters too", async () => {
    const { handle, asked } = authorizer();
    const event = request({ proof });
    await handle({ ...event, multiValueQueryStringParameters: undefined });
    expect(asked).toHaveLength(1);
  });
});

describe("a handshake without a good proof gets 401", () => {
  test.each([
    ["proof_missing", null],
    ["proof_missing", {}],
    ["proof_missing", { proof: "" }],
    ["proof_malformed", { proof: "short" }],
    ["proof_malformed", { proof: `${proof}A` }],
    ["proof_malformed", { proof: [proof, proof] }],
  ])("%s: %j, without asking the table", async (code, query) => {
    const { handle, asked, recorded } = authorizer();
    await expect(handle(request(query))).rejects.toThrow(/^Unauthorized$/);
    expect(asked).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ level: "WARN", outcome: "refused", code }]);
  });

  test.each(["unknown", "used", "expired"] as const)("proof_%s", async (kind) => {
    const { handle, recorded } = authorizer({ kind });
    await expect(handle(request({ proof }))).rejects.toThrow(/^Unauthorized$/);
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code: `proof_${kind}` }]);
  });
});

describe("a handshake that claims another identity gets 403", () => {
  const denied = {
    principalId: "refused",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Deny", Resource: methodArn }],
    },
  };

  test.each([
    ["client_id_hostile", { proof, "X-Amz-ClientId": "__proto__" }],
    ["client_id_hostile", { proof, "X-Amz-ClientId": "MASTER" }],
    ["client_id_malformed", { proof, "X-Amz-ClientId": "a b" }],
    ["client_id_malformed", { proof, "X-Amz-ClientId": "" }],
    ["client_id_malformed", { proof, "X-Amz-ClientId": ["ada", "bob"] }],
    ["instance_malformed", { proof, synapse: "1", instance: "a b" }],
    ["instance_malformed", { proof, synapse: "1", instance: "a.b" }],
    ["instance_malformed", { proof, synapse: "1", instance: "é" }],
    ["instance_malformed", { proof, synapse: "1", instance: "i".repeat(65) }],
    ["instance_malformed", { proof, synapse: "1", instance: ["tab-1", "tab-2"] }],
  ])("%s: %j, and keeps its proof", async (code, query) => {
    const { handle, asked, recorded } = authorizer();
    expect(await handle(request(query))).toEqual(denied);
    expect(asked).toEqual([]);
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code }]);
  });

  test.each([
    ["client_id_mismatch", "VIEWER", { proof, "X-Amz-ClientId": "bob" }],
    ["client_id_mismatch", "PEER", { proof, "X-Amz-ClientId": "bob" }],
    ["role_mismatch", "VIEWER", { proof, "X-Amz-ChannelARN": "x" }],
    ["role_mismatch", "MASTER", { proof, "X-Amz-ChannelARN": "x", "X-Amz-ClientId": "ada" }],
  ] as const)("%s with a proof for %s", async (code, role, query) => {
    const { handle, recorded } = authorizer({ kind: "mismatch", role });
    expect(await handle(request(query))).toEqual(denied);
    expect(recorded.lines()).toMatchObject([{ outcome: "refused", code }]);
  });
});

test.each([
  [undefined, "all of it"],
  [{ tenant: "acme" }, "channel"],
  [{ limits: JSON.stringify({ ...limits, mailboxDepth: 0 }) }, "limits.mailboxDepth"],
  [{ limits: "{" }, "limits"],
  [{ limits: "{}" }, "limits.maxFrameBytes"],
  [{ role: "ADMIN" }, "role"],
  [{ announced: "yes" }, "announced"],
])("a context with %j is not taken for one: it lacks %s", (change, what) => {
  const context = { ...proven, limits: JSON.stringify(limits), announced: "true", instance: "" };
  const { tenant, ...rest } = context;
  const given =
    change === undefined ? undefined : "tenant" in change ? { tenant } : { tenant, ...rest, ...change };
  expect(() => readIdentity(given)).toThrow(
    expect.objectContaining({
      code: "identity_missing",
      message: `the authorizer's context lacks ${what}`,
    }),
  );
});

describe("a fault", () => {
  test("of the table is thrown, so that the handshake gets 500", async () => {
    const { handle, recorded } = authorizer(new Error("down"));
    await expect(handle(request({ proof }))).rejects.toThrow("down");
    expect(recorded.lines()).toMatchObject([{ outcome: "failed", code: "internal" }]);
  });

  test("of the event is thrown by its code", async () => {
    const { handle } = authorizer();
    await expect(handle({})).rejects.toMatchObject({ code: "event_malformed" });
  });
});
