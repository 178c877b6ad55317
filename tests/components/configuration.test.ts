import { expect, test } from "@jest/globals";
import { plan, read, secretArn, sold, stripe, urls, valid } from "./read-configured.ts";

test("a valid configuration is read, with the tenant claim's default", async () => {
  expect(await read(valid)).toEqual({
    ...valid,
    oidc: { ...valid.oidc, tenantClaim: "tenant", loopbackIssuer: false },
    access: {
      pastDueGraceDays: 7,
      onPause: "end",
      onUnpaid: "wait",
      onRefund: "keep",
      onDispute: "keep",
      onFraudWarning: "keep",
      onDuplicate: "keep",
    },
    backup: { retentionDays: 35, locked: false, restoreTests: false },
    restores: {},
    signaling: {},
    billing: {},
    operatorArns: [],
    tracing: "Active",
    logMasking: true,
  });
});

test("without free plan and shared tenant, as in prod, both are absent", async () => {
  const { freePlan: _, ...rest } = valid;
  const configuration = await read(
    { ...rest, oidc: { issuer: "https://i.example.com", audience: "a" } },
    "prod",
  );
  expect(configuration).toMatchObject({ oidc: { tenantClaim: "tenant" } });
  expect(configuration).not.toHaveProperty("freePlan");
  expect(configuration).not.toHaveProperty("oidc.sharedTenant");
});

test("the team's boundary, addresses and web ACL are read as they stand", async () => {
  const own = {
    permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/team",
    billing: {
      allowedIps: ["203.0.113.0/24", "198.51.100.7", "2001:db8::/32"],
      webAclArn: "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/mine/1234",
    },
  };
  expect(await read({ ...valid, ...own })).toMatchObject(own);
});

test("a relay that there is is read as it stands, one of the stack's own with its defaults", async () => {
  expect(await read({ ...valid, turn: { secretArn, urls } })).toMatchObject({ turn: { secretArn, urls } });
  expect(await read({ ...valid, turn: { secretArn, relay: { tasks: 3 } } })).toMatchObject({
    turn: {
      secretArn,
      relay: {
        tasks: 3,
        cpu: 512,
        memory: 1_024,
        image: "docker.io/coturn/coturn:4.17.0-r0",
        cidrBlock: "10.97.0.0/24",
      },
    },
  });
});

test("a relay's image may be named by its digest", async () => {
  const image = `registry.example.com/team/coturn@sha256:${"0a".repeat(32)}`;
  expect(await read({ ...valid, turn: { secretArn, relay: { image } } })).toMatchObject({
    turn: { relay: { image } },
  });
});

test("plans are read with the default of their group, and secrets by ARN", async () => {
  expect(await read(sold)).toMatchObject({ plans: { team: { ...plan, group: "default" } }, stripe });
});

test("only the local stack may have an http issuer", async () => {
  const configuration = await read(
    { ...valid, oidc: { ...valid.oidc, issuer: "http://127.0.0.1:1" } },
    "local",
  );
  expect(configuration).toMatchObject({ oidc: { loopbackIssuer: true, issuer: "http://127.0.0.1:1" } });
});
