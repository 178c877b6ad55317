import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { PutItemCommand, ScanCommand } from "../../../functions/shared/aws/dynamodb.ts";
import { dynamoProofIssue, dynamoProofRedemption } from "../../../functions/signaling/proofs.ts";
import { localTables } from "../local-tables.ts";
import { straight } from "../straight.ts";
import { master as connectedMaster, viewer as connectedViewer } from "./identities.ts";

/** As proofs hold them: what a client says of itself is not in them. */
const { announced: _, instance: __, ...viewer } = connectedViewer;
const { announced: ___, instance: ____, ...master } = connectedMaster;
const proof = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const now = 1_800_000_000;
let local: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  local = await localTables();
});
afterEach(() => local.close());

const issue = (identity = viewer) =>
  dynamoProofIssue(local.client, "proofs", straight).issue(proof, identity, now + 60);
const redeem = (more: { now?: number; connectionId?: string; claimedClientId?: string } = {}) =>
  dynamoProofRedemption(local.client, "proofs", straight).redeem({
    proof,
    connectionId: "first",
    now,
    claimedClientId: undefined,
    ...more,
  });

describe("a proof", () => {
  test("gives the identity it was issued for", async () => {
    await issue();
    expect(await redeem()).toEqual({ kind: "redeemed", identity: viewer });
  });

  test("is stored as its hash only", async () => {
    await issue();
    const { Items } = await local.client.send(new ScanCommand({ TableName: "proofs" }));
    expect(JSON.stringify(Items)).not.toContain(proof);
    expect(Items?.[0]?.proofHash).toEqual({
      S: "53c90ed83c02ae89d5aa748975ed3b64af5e67792f82a5a9792659be215a5255",
    });
  });

  test("has a row of version 2 that carries the plan's limits", async () => {
    await issue();
    const { Items } = await local.client.send(new ScanCommand({ TableName: "proofs" }));
    expect(Items).toEqual([
      {
        proofHash: { S: "53c90ed83c02ae89d5aa748975ed3b64af5e67792f82a5a9792659be215a5255" },
        tenant: { S: "acme" },
        channel: { S: "lobby" },
        role: { S: "VIEWER" },
        clientId: { S: "ada" },
        subject: { S: "user-1" },
        limits: {
          S: '{"maxFrameBytes":32768,"framesPerSecond":100,"peersPerChannel":50,"mailboxDepth":100,"messageTtlSeconds":60}',
        },
        expiresAt: { N: "1800000060" },
        v: { N: "2" },
      },
    ]);
  });

  test("works once, and again only for the connection that used it", async () => {
    await issue();
    await redeem();
    expect(await redeem()).toMatchObject({ kind: "redeemed" });
    expect(await redeem({ connectionId: "second" })).toEqual({ kind: "used" });
  });

  test("works for exactly one of many connections at once", async () => {
    await issue();
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, number) => redeem({ connectionId: `c${number}` })),
    );
    expect(all.map(({ kind }) => kind).toSorted()).toEqual(["redeemed", ...Array(7).fill("used")]);
  });

  test("says whether a subscription gave it, to the connection that it opens", async () => {
    await issue({ ...viewer, paid: true });
    expect(await redeem()).toMatchObject({ kind: "redeemed", identity: { subject: "user-1", paid: true } });
    await issue();
    const redeemed = await redeem();
    expect(redeemed.kind === "redeemed" && redeemed.identity).not.toHaveProperty("paid");
  });

  test("works until the second before it expires", async () => {
    await issue();
    expect(await redeem({ now: now + 60 })).toEqual({ kind: "expired" });
    expect(await redeem({ now: now + 59 })).toMatchObject({ kind: "redeemed" });
  });

  test("that was never issued is unknown, and stays so", async () => {
    expect(await redeem()).toEqual({ kind: "unknown" });
    const { Count } = await local.client.send(new ScanCommand({ TableName: "proofs" }));
    expect(Count).toBe(0);
  });

  test("is not used up by a claim that it does not carry", async () => {
    await issue();
    expect(await redeem({ claimedClientId: "bob" })).toEqual({ kind: "mismatch", role: "VIEWER" });
    expect(await redeem({ claimedClientId: "" })).toEqual({ kind: "mismatch", role: "VIEWER" });
    expect(await redeem({ connectionId: "second", claimedClientId: "ada" })).toMatchObject({
      kind: "redeemed",
    });
  });

  test("of a master goes with the claim of no client id", async () => {
    await issue(master);
    expect(await redeem({ claimedClientId: "ada" })).toEqual({ kind: "mismatch", role: "MASTER" });
    expect(await redeem({ claimedClientId: "" })).toEqual({ kind: "redeemed", identity: master });
  });

  test.each([
    ["role", { S: "ADMIN" }],
    ["limits", { S: "{" }],
    ["limits", { S: '{"maxFrameBytes":32768}' }],
    ["limits", { M: {} }],
    ["expiresAt", { S: "1800000060" }],
  ])("whose row is not ours is a fault that names the attribute %s: %j", async (attribute, value) => {
    await issue();
    const { Items } = await local.client.send(new ScanCommand({ TableName: "proofs" }));
    await local.client.send(
      new PutItemCommand({ TableName: "proofs", Item: { ...Items?.[0], [attribute]: value } as never }),
    );
    await expect(redeem()).rejects.toMatchObject({
      code: "row_malformed",
      message: `proofs: attribute ${attribute} is missing or of a wrong type`,
    });
  });

  test("passes a fault of the table on", async () => {
    const missing = dynamoProofRedemption(local.client, "nowhere", straight);
    const redemption = { proof, connectionId: "c", now, claimedClientId: undefined };
    await expect(missing.redeem(redemption)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
