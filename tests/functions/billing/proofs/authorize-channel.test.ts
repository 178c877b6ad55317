import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  authorizeChannel,
  type Claims,
  type Holder,
} from "../../../../functions/billing/proofs/authorize-channel.ts";

const now = 1_800_000_000;
const holder = (more: Partial<Holder> = {}): Holder => ({
  channel: "acme#lobby",
  name: "MASTER",
  subject: "alice",
  expiresAt: now + 1,
  ...more,
});
const claims = (subject: string, holders: readonly Holder[] = [], tenant = "acme"): Claims => ({
  tenant,
  subject,
  holders,
  now,
});

describe("the channel's master", () => {
  test("is the first subject that asks", () => {
    expect(authorizeChannel(claims("alice"), "lobby", "MASTER", undefined)).toEqual({
      kind: "granted",
      channel: "acme#lobby",
      name: "MASTER",
      replaces: undefined,
    });
  });

  test("stays that subject, which may come again", () => {
    expect(authorizeChannel(claims("alice", [holder()]), "lobby", "MASTER", undefined)).toMatchObject({
      kind: "granted",
      replaces: holder(),
    });
    expect(authorizeChannel(claims("mallory", [holder()]), "lobby", "MASTER", undefined)).toEqual({
      kind: "refused",
      code: "channel_taken",
    });
  });

  test("may be another once the claim has lapsed", () => {
    const lapsed = holder({ expiresAt: now });
    expect(authorizeChannel(claims("bob", [lapsed]), "lobby", "MASTER", undefined)).toMatchObject({
      kind: "granted",
      replaces: lapsed,
    });
  });
});

describe("a client id", () => {
  const held = holder({ name: "cam" });

  test.each(["VIEWER", "PEER"] as const)("of a %s belongs to the subject that took it", (role) => {
    expect(authorizeChannel(claims("bob", [held]), "lobby", role, "cam")).toEqual({
      kind: "refused",
      code: "client_id_taken",
    });
    expect(authorizeChannel(claims("alice", [held]), "lobby", role, "cam")).toMatchObject({
      kind: "granted",
      name: "cam",
    });
    expect(authorizeChannel(claims("bob", [held]), "lobby", role, "cam2")).toMatchObject({
      kind: "granted",
    });
  });

  test("in one channel or tenant says nothing about another", () => {
    expect(authorizeChannel(claims("bob", [held]), "attic", "VIEWER", "cam")).toMatchObject({
      channel: "acme#attic",
      replaces: undefined,
    });
    expect(authorizeChannel(claims("bob", [held], "globex"), "lobby", "VIEWER", "cam")).toMatchObject({
      channel: "globex#lobby",
      replaces: undefined,
    });
  });

  test.each([
    ["client_id_missing", "VIEWER", undefined],
    ["client_id_missing", "PEER", undefined],
    ["client_id_not_allowed", "MASTER", "cam"],
    ["client_id_malformed", "VIEWER", "a b"],
    ["client_id_hostile", "VIEWER", "MASTER"],
    ["client_id_hostile", "PEER", "constructor"],
    ["client_id_hostile", "PEER", "AWS_x"],
  ] as const)("is refused as %s for %s %s", (code, role, clientId) => {
    expect(authorizeChannel(claims("alice"), "lobby", role, clientId)).toEqual({ kind: "refused", code });
  });
});

test("nobody ever gets a name that another subject of the tenant holds, whoever else holds what", () => {
  const names = fc.constantFrom("MASTER", "a", "b");
  const tenants = fc.constantFrom("acme", "globex");
  const channels = fc.constantFrom("lobby", "attic");
  const subjects = fc.constantFrom("alice", "bob");
  const holders = fc.uniqueArray(
    fc
      .record({ tenant: tenants, channel: channels, name: names, subject: subjects, live: fc.boolean() })
      .map(({ tenant, channel, name, subject, live }) => ({
        channel: `${tenant}#${channel}`,
        name,
        subject,
        expiresAt: live ? now + 1 : now,
      })),
    { selector: ({ channel, name }) => `${channel} ${name}` },
  );
  fc.assert(
    fc.property(holders, tenants, channels, subjects, names, (held, tenant, channel, subject, name) => {
      const master = name === "MASTER";
      const decision = authorizeChannel(
        { tenant, subject, holders: held, now },
        channel,
        master ? "MASTER" : "PEER",
        master ? undefined : name,
      );
      const others = held.some(
        (one) =>
          one.channel === `${tenant}#${channel}` &&
          one.name === name &&
          one.subject !== subject &&
          one.expiresAt > now,
      );
      expect(decision.kind).toBe(others ? "refused" : "granted");
    }),
  );
});
