import { expect, test } from "@jest/globals";
import { readSettings } from "../../../../functions/billing/proofs/proof-settings.ts";

const environment = {
  PROOFS_TABLE: "proofs",
  CLAIMS_TABLE: "claims",
  SIGNALING_URL: "wss://signaling.example.com/v1",
  OIDC_ISSUER: "https://issuer.example.com",
  OIDC_AUDIENCE: "synapse-d",
  TENANT_CLAIM: "org",
  SHARED_TENANT: "dev",
  LOOPBACK_ISSUER: "false",
  FREE_PLAN:
    '{"maxFrameBytes":1024,"framesPerSecond":1,"peersPerChannel":2,"mailboxDepth":3,"messageTtlSeconds":5}',
  CORS_ORIGINS: '["https://app.example.com"]',
  CUSTOMERS_TABLE: "",
  PLANS: "",
  TURN_URLS: "",
  TURN_SECRET_ARN: "",
};

test("reads the plan and the origins", () => {
  expect(readSettings(environment)).toEqual({
    signalingUrl: "wss://signaling.example.com/v1",
    tenantClaim: "org",
    sharedTenant: "dev",
    freePlan: {
      maxFrameBytes: 1024,
      framesPerSecond: 1,
      peersPerChannel: 2,
      mailboxDepth: 3,
      messageTtlSeconds: 5,
    },
    corsOrigins: ["https://app.example.com"],
  });
});

test("without a free plan there is none", () => {
  expect(readSettings({ ...environment, FREE_PLAN: "" }).freePlan).toBeUndefined();
});

test("the URLs of a relay are read where there is one", () => {
  expect(readSettings(environment).turnUrls).toBeUndefined();
  const relayed = { ...environment, TURN_URLS: '["turn:relay.example.com"]' };
  expect(readSettings(relayed).turnUrls).toEqual(["turn:relay.example.com"]);
});

test.each([
  ["TURN_URLS", "turn:relay.example.com"],
  ["FREE_PLAN", "{"],
  ["FREE_PLAN", "null"],
  ["FREE_PLAN", '{"maxFrameBytes":1024}'],
  ["FREE_PLAN", environment.FREE_PLAN.replace("1024", "0")],
  ["FREE_PLAN", environment.FREE_PLAN.replace("5}", "121}")],
  ["CORS_ORIGINS", '"*"'],
])("a malformed %s is named: %s", (name, value) => {
  expect(() => readSettings({ ...environment, [name]: value })).toThrow(
    `environment variable ${name} is malformed`,
  );
});
