import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { planLimits } from "../../functions/shared/plan-limits.ts";
import { certificateArn, freePlan, read, secretArn, sold, urls, valid } from "./read-configured.ts";

test.each([
  ["nothing at all", {}, 'synapse-d:oidc is wrong: Invalid key: Expected "oidc" but received undefined'],
  [
    "an issuer that is no URL",
    { ...valid, oidc: { ...valid.oidc, issuer: "x" } },
    "synapse-d:oidc.issuer is wrong: expected the issuer's URL",
  ],
  [
    "an http issuer",
    { ...valid, oidc: { ...valid.oidc, issuer: "http://127.0.0.1:1" } },
    "synapse-d:oidc.issuer is wrong: expected an https URL",
  ],
  [
    "any origin",
    { ...valid, corsOrigins: ["*"] },
    "synapse-d:corsOrigins.0 is wrong: expected origins such as https://app.example.com; * is refused",
  ],
  [
    "no origin",
    { ...valid, corsOrigins: [] },
    "synapse-d:corsOrigins is wrong: expected at least one origin",
  ],
  [
    "a misspelt key",
    { ...valid, oidc: { ...valid.oidc, tenant: "t" } },
    'synapse-d:oidc.tenant is wrong: Invalid key: Expected never but received "tenant"',
  ],
  [
    "a frame beyond API Gateway's limit",
    { ...valid, freePlan: { ...freePlan, maxFrameBytes: 32_769 } },
    "synapse-d:freePlan.maxFrameBytes is wrong: Invalid value: Expected <=32768 but received 32769",
  ],
  [
    "a plan that lacks a limit",
    { ...valid, freePlan: { ...freePlan, mailboxDepth: undefined } },
    'synapse-d:freePlan.mailboxDepth is wrong: Invalid key: Expected "mailboxDepth" but received undefined',
  ],
  [
    "a limit that we do not know",
    { ...valid, freePlan: { ...freePlan, frames: 1 } },
    'synapse-d:freePlan.frames is wrong: Invalid key: Expected never but received "frames"',
  ],
  [
    "a channel for one",
    { ...valid, freePlan: { ...freePlan, peersPerChannel: 1 } },
    "synapse-d:freePlan.peersPerChannel is wrong: Invalid value: Expected >=2 but received 1",
  ],
  [
    "a frame that waits for longer than KVS keeps one",
    { ...valid, freePlan: { ...freePlan, messageTtlSeconds: 121 } },
    "synapse-d:freePlan.messageTtlSeconds is wrong: Invalid value: Expected <=120 but received 121",
  ],
  [
    "an allow-list without an address",
    { ...valid, billing: { allowedIps: [] } },
    "synapse-d:billing.allowedIps is wrong: Invalid length: Expected >=1 but received 0",
  ],
  ...["203.0.113.0/33", "the office", "203.0.113.0/24/24", "::1/129"].map(
    (range): [string, Record<string, unknown>, string] => [
      `the address ${range}`,
      { ...valid, billing: { allowedIps: ["2001:db8::/32", range] } },
      "synapse-d:billing.allowedIps.1 is wrong: expected addresses or ranges such as 203.0.113.0/24",
    ],
  ),
  [
    "backups that end before damage is found",
    { ...valid, backup: { retentionDays: 6 } },
    "synapse-d:backup.retentionDays is wrong: Invalid value: Expected >=7 but received 6",
  ],
  [
    "a restore of a table that is none",
    { ...valid, restores: { customer: { from: "customers-1a2b3c4", at: "2026-11-25T10:15:00Z" } } },
    "synapse-d:restores.customer is wrong: expected the name of a table: peers, pairs, topics, proofs, claims, attempts, customers, audits, sockets",
  ],
  [
    "a domain that is a URL",
    { ...valid, signaling: { domain: { name: "wss://signaling.example.com", certificateArn } } },
    "synapse-d:signaling.domain.name is wrong: expected a name such as api.example.com",
  ],
  [
    "a domain with a certificate of IAM",
    {
      ...valid,
      billing: {
        domain: { name: "api.example.com", certificateArn: "arn:aws:iam::111122223333:server-certificate/a" },
      },
    },
    "synapse-d:billing.domain.certificateArn is wrong: expected the ARN of a certificate of ACM",
  ],
  [
    "one domain for both APIs",
    {
      ...valid,
      signaling: { domain: { name: "api.example.com", certificateArn } },
      billing: { domain: { name: "api.example.com", certificateArn } },
    },
    "synapse-d:billing.domain.name is wrong: expected another name than that of signaling.domain",
  ],
  [
    "operators that are everybody",
    { ...valid, operatorArns: ["arn:aws:iam::111122223333:role/*"] },
    "synapse-d:operatorArns.0 is wrong: expected ARNs of roles or users of operators",
  ],
  [
    "a restore to no time",
    { ...valid, restores: { customers: { from: "customers-1a2b3c4", at: "yesterday" } } },
    "synapse-d:restores.customers.at is wrong: expected a time such as 2026-11-25T10:15:00Z",
  ],
  [
    "a web ACL of CloudFront",
    {
      ...valid,
      billing: { webAclArn: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/mine/1234" },
    },
    "synapse-d:billing.webAclArn is wrong: expected the ARN of a regional web ACL",
  ],
  ...(
    [
      [
        "without its secret",
        { urls },
        '.secretArn is wrong: Invalid key: Expected "secretArn" but received undefined',
      ],
      [
        "by its secret itself",
        { secretArn: "north", urls },
        ".secretArn is wrong: expected the ARN of a secret",
      ],
      [
        "without an address",
        { secretArn },
        " is wrong: expected either urls of a relay that there is, or relay for one of the stack's own",
      ],
      [
        "of two kinds",
        { secretArn, urls, relay: {} },
        " is wrong: expected either urls of a relay that there is, or relay for one of the stack's own",
      ],
      [
        "that is a STUN server",
        { secretArn, urls: ["stun:turn.example.com"] },
        ".urls.0 is wrong: expected URLs such as turn:turn.example.com:3478?transport=udp",
      ],
      [
        "of more addresses than browsers like",
        { secretArn, urls: Array(5).fill(urls[0]) },
        ".urls is wrong: Invalid length: Expected <=4 but received 5",
      ],
      [
        "of a size that Fargate has not",
        { secretArn, relay: { cpu: 512, memory: 512 } },
        ".relay is wrong: expected cpu and memory that Fargate has, such as 512 and 1024",
      ],
      [
        "of the newest image",
        { secretArn, relay: { image: "coturn/coturn:latest" } },
        ".relay.image is wrong: expected an image with its version or digest, such as docker.io/coturn/coturn:4.17.0-r0",
      ],
      [
        "of a digest that is cut off",
        { secretArn, relay: { image: `coturn/coturn@sha256:${"0a".repeat(31)}` } },
        ".relay.image is wrong: expected an image with its version or digest, such as docker.io/coturn/coturn:4.17.0-r0",
      ],
      [
        "in public addresses",
        { secretArn, relay: { cidrBlock: "203.0.113.0/24" } },
        ".relay.cidrBlock is wrong: expected a private range of /16 to /26",
      ],
    ] as const
  ).map(([how, turn, message]): [string, Record<string, unknown>, string] => [
    `a relay ${how}`,
    { ...valid, turn },
    `synapse-d:turn${message}`,
  ]),
  [
    "masking by a number",
    { ...valid, logMasking: 0 },
    "synapse-d:logMasking is wrong: expected true or false",
  ],
  [
    "a boundary by its name",
    { ...valid, permissionsBoundaryArn: "team" },
    "synapse-d:permissionsBoundaryArn is wrong: expected the ARN of a managed policy",
  ],
  ["no plan", { ...sold, plans: {} }, "synapse-d:plans is wrong: expected at least one plan"],
])("%s is refused with the key, the expectation and the file", async (_, values, message) => {
  expect(await read(values)).toBe(`Pulumi.dev.yaml: ${message}`);
});

test.each([
  ["maxFrameBytes", 1_024, 32_768],
  ["framesPerSecond", 1, 1_000],
  ["peersPerChannel", 2, 1_000],
  ["mailboxDepth", 1, 10_000],
  ["messageTtlSeconds", 5, 120],
])("%s may be %i to %i, and whatever is configured is a plan to the functions", async (key, least, most) => {
  for (const value of [least, most]) {
    const limits = { ...freePlan, [key]: value };
    expect(await read({ ...valid, freePlan: limits })).toMatchObject({ freePlan: limits });
    expect(v.is(planLimits, limits)).toBe(true);
  }
  for (const value of [least - 1, most + 1, least + 0.5]) {
    expect(await read({ ...valid, freePlan: { ...freePlan, [key]: value } })).toContain(
      `synapse-d:freePlan.${key} is wrong`,
    );
  }
});
