import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Holder } from "../../../../functions/billing/proofs/authorize-channel.ts";
import { type ClaimLedger, dynamoClaimLedger } from "../../../../functions/billing/proofs/claims.ts";
import { takeName } from "../../../../functions/billing/proofs/take-name.ts";
import { UpdateItemCommand } from "../../../../functions/shared/aws/dynamodb.ts";
import { localTables } from "../../local-tables.ts";
import { straight } from "../../straight.ts";

const start = 1_800_000_000_000;
const request = { tenant: "acme", channel: "lobby", role: "MASTER", clientId: undefined } as const;

/** A ledger in memory, whose answers come in the order that `turn` decides. */
function memoryLedger(turn: () => Promise<void> = async () => {}) {
  const rows = new Map<string, Holder>();
  const ledger: ClaimLedger = {
    holder: async (channel, name) => {
      await turn();
      return rows.get(`${channel} ${name}`);
    },
    take: async (claim, read) => {
      await turn();
      const key = `${claim.channel} ${claim.name}`;
      const row = rows.get(key);
      if (row?.subject !== read?.subject || row?.expiresAt !== read?.expiresAt) return "conflict";
      rows.set(key, claim);
      return "taken";
    },
  };
  return { ledger, rows };
}

describe("taking a name", () => {
  test("holds it for three hours after the last time", async () => {
    const { ledger, rows } = memoryLedger();
    let now = start;
    const take = (subject: string) => takeName({ claims: ledger, now: () => now })({ ...request, subject });
    expect(await take("alice")).toEqual({ kind: "taken" });
    expect(await take("bob")).toEqual({ kind: "refused", code: "channel_taken" });
    now = start + 3_600_000;
    expect(await take("alice")).toEqual({ kind: "taken" });
    expect(rows.get("acme#lobby MASTER")).toEqual({
      channel: "acme#lobby",
      name: "MASTER",
      subject: "alice",
      expiresAt: 1_800_014_400,
    });
    now = start + 4 * 3_600_000 - 1_000;
    expect(await take("bob")).toEqual({ kind: "refused", code: "channel_taken" });
    now = start + 4 * 3_600_000;
    expect(await take("bob")).toEqual({ kind: "taken" });
  });

  test("asks no table about a client id that cannot be", async () => {
    const ledger: ClaimLedger = {
      holder: async () => Promise.reject(new Error("asked")),
      take: async () => Promise.reject(new Error("asked")),
    };
    const take = takeName({ claims: ledger, now: () => start });
    expect(await take({ ...request, subject: "alice", role: "VIEWER", clientId: "__proto__" })).toEqual({
      kind: "refused",
      code: "client_id_hostile",
    });
  });

  test("gives up when others keep changing the row, after five rounds", async () => {
    let rounds = 0;
    const ledger: ClaimLedger = {
      holder: async () => undefined,
      take: async () => {
        rounds += 1;
        return "conflict";
      },
    };
    expect(await takeName({ claims: ledger, now: () => start })({ ...request, subject: "alice" })).toEqual({
      kind: "contended",
    });
    expect(rounds).toBe(5);
  });

  test("gives up when rounds take too long", async () => {
    let now = start;
    let rounds = 0;
    const ledger: ClaimLedger = {
      holder: async () => undefined,
      take: async () => {
        rounds += 1;
        now += 600;
        return "conflict";
      },
    };
    await takeName({ claims: ledger, now: () => now })({ ...request, subject: "alice" });
    expect(rounds).toBe(2);
  });

  test("by several subjects at once has exactly one winner, however their steps interleave", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 5 }), async (scheduler, number) => {
        const { ledger, rows } = memoryLedger(() => scheduler.schedule(Promise.resolve()));
        const take = takeName({ claims: ledger, now: () => start });
        const subjects = Array.from({ length: number }, (_, index) => `s${index}`);
        const all = Promise.all(subjects.map((subject) => take({ ...request, subject })));
        await scheduler.waitFor(all);
        const results = await all;
        const taken = results.flatMap(({ kind }, index) => (kind === "taken" ? [subjects[index]] : []));
        expect(taken).toEqual([rows.get("acme#lobby MASTER")?.subject]);
        expect(results.filter(({ kind }) => kind === "refused")).toHaveLength(number - 1);
      }),
    );
  });
});

describe("the claims table", () => {
  let local: Awaited<ReturnType<typeof localTables>>;
  beforeEach(async () => {
    local = await localTables();
  });
  afterEach(() => local.close());

  const alice = { channel: "acme#lobby", name: "cam", subject: "alice", expiresAt: 1_800_000_100 };
  const ledger = (table = "claims") => dynamoClaimLedger(local.client, table, straight);

  test("gives back what was taken", async () => {
    expect(await ledger().holder("acme#lobby", "cam")).toBeUndefined();
    expect(await ledger().take(alice, undefined)).toBe("taken");
    expect(await ledger().holder("acme#lobby", "cam")).toEqual(alice);
    expect(await ledger().holder("globex#lobby", "cam")).toBeUndefined();
  });

  test("takes a row only if it is what was read", async () => {
    const bob = { ...alice, subject: "bob" };
    await ledger().take(alice, undefined);
    expect(await ledger().take(bob, undefined)).toBe("conflict");
    expect(await ledger().take(bob, { ...alice, expiresAt: 1 })).toBe("conflict");
    expect(await ledger().take(bob, { ...alice, subject: "eve" })).toBe("conflict");
    expect(await ledger().holder("acme#lobby", "cam")).toEqual(alice);
    expect(await ledger().take(bob, alice)).toBe("taken");
    expect(await ledger().holder("acme#lobby", "cam")).toEqual(bob);
  });

  test("gives one winner to subjects that take the same name at once", async () => {
    const take = takeName({ claims: ledger(), now: () => start });
    const subjects = ["s0", "s1", "s2", "s3"];
    const results = await Promise.all(subjects.map((subject) => take({ ...request, subject })));
    expect(results.filter(({ kind }) => kind === "taken")).toHaveLength(1);
  });

  test("passes a fault on", async () => {
    await expect(ledger("no-table").take(alice, undefined)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("with a row that is not ours is a fault that names the attribute", async () => {
    await local.client.send(
      new UpdateItemCommand({
        TableName: "claims",
        Key: { channel: { S: "acme#lobby" }, name: { S: "cam" } },
        UpdateExpression: "SET subject = :s, expiresAt = :e",
        ExpressionAttributeValues: { ":s": { S: "alice" }, ":e": { S: "tomorrow" } },
      }),
    );
    await expect(ledger().holder("acme#lobby", "cam")).rejects.toMatchObject({
      code: "row_malformed",
      message: "claims: attribute expiresAt is missing or of a wrong type",
    });
  });
});
