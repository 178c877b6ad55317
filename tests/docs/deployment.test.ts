import { beforeAll, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { readConfiguration } from "../../components/configuration.ts";
import { recordedProgram } from "../components/recorded-program.ts";
import { declaredProgram } from "./declared-program.ts";
import { allIn, tableUnder, textOf } from "./document.ts";

const document = "docs/deployment.md";
let program: Awaited<ReturnType<typeof declaredProgram>>;
const rows = tableUnder(document, "Configuration keys");
const keys = rows.map(([key = ""]) => key);

beforeAll(async () => {
  program = await declaredProgram();
}, 60_000);

/** `namespace:key.member` → value, as a stack file has it. */
function flattened(stack: string): Record<string, string> {
  const { config } = parse(textOf(`Pulumi.${stack}.yaml`)) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key === "synapse-d:plans"
        ? [[key, Object.keys(value as object).join(", ")]]
        : typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.entries(value).map(([member, inner]) => [`${key}.${member}`, String(inner)])
          : [[key, String(value)]],
    ),
  );
}

test.each([
  ["dev", 3],
  ["prod", 4],
])("the values of %s are those of its file", (stack, column) => {
  const documented = rows.flatMap((row) => (row[column] ? [[row[0], row[column]]] : []));
  expect(Object.fromEntries(documented)).toEqual(flattened(stack));
});

test("the keys are those that the program reads", () => {
  const access = textOf("functions/billing/access/access-policy.ts").replace("accessPolicy", "access");
  const own = textOf("components/turn-configuration.ts").replace("turnConfiguration", "turn");
  const source = textOf("components/configuration.ts") + access + own;
  const members = (name: string) =>
    allIn(
      new RegExp(`const ${name} = v\\.strictObject\\(\\{\\n([\\s\\S]*?)\\n\\}\\)`).exec(source)?.[1] ?? "",
      /^ {2}(\w+)[,:]/gm,
    );
  const read = members("schema").flatMap((key) => {
    const inner = members(key);
    return inner.length > 0 ? inner.map((member) => `synapse-d:${key}.${member}`) : [`synapse-d:${key}`];
  });
  expect(keys.filter((key) => key.startsWith("synapse-d:")).toSorted()).toEqual(read.sort());
});

const complete: Readonly<Record<string, unknown>> = {
  oidc: { issuer: "https://i.example.com/", audience: "a", tenantClaim: "org", sharedTenant: "dev" },
  freePlan: {
    maxFrameBytes: 2048,
    framesPerSecond: 1,
    peersPerChannel: 2,
    mailboxDepth: 3,
    messageTtlSeconds: 5,
  },
  plans: {
    team: {
      name: "Team",
      priceId: "price_1",
      limits: {
        maxFrameBytes: 2048,
        framesPerSecond: 1,
        peersPerChannel: 2,
        mailboxDepth: 3,
        messageTtlSeconds: 5,
      },
    },
  },
  stripe: {
    secretKeyArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-a1b2c3",
    webhookSecretArns: ["arn:aws:secretsmanager:us-east-1:111122223333:secret:hook-a1b2c3"],
    successUrl: "https://app.example.com/paid",
    cancelUrl: "https://app.example.com/plans",
    portalReturnUrl: "https://app.example.com/account",
  },
  access: {},
  turn: {
    secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:turn-a1b2c3",
    urls: ["turn:turn.example.com:3478"],
  },
  corsOrigins: ["https://app.example.com"],
  logRetentionDays: 14,
  alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
};

/** What is read, or the error's message, when one key is left out. */
async function readWithout(key: string): Promise<unknown> {
  const [name = "", member] = key.replace("synapse-d:", "").split(".");
  const config = structuredClone(complete) as Record<string, Record<string, unknown>>;
  if (name === "plans") delete config.stripe;
  if (member && name !== "freePlan") delete config[name]?.[member];
  else delete config[name];
  return readConfigured(config);
}

async function readConfigured(config: object): Promise<unknown> {
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      // Pulumi gives text as it stands, and everything else as JSON.
      Object.entries(config).map(([read, value]) => [
        `synapse-d:${read}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
  let result: unknown;
  await recordedProgram(() => {
    try {
      result = readConfiguration();
    } catch (error) {
      result = error instanceof Error ? error.message : error;
    }
  });
  return result;
}

test.each(rows.filter(([key = ""]) => key.startsWith("synapse-d:")))(
  "%s is required, optional or has the default that is said",
  async (key = "", _type = "", byDefault = "") => {
    const [name = "", member = ""] = key.replace("synapse-d:", "").split(".");
    const read = await readWithout(key);
    if (byDefault === "required") {
      expect(read).toContain(`${key} is wrong`);
      return;
    }
    const whole = (read as Record<string, Record<string, unknown> | string | boolean>)[name];
    const value = typeof whole === "object" ? whole[member] : whole;
    expect(String(value ?? "none")).toBe(byDefault);
  },
);

test("a free plan has all of its limits, or is not there", async () => {
  const limits = keys.filter((key) => key.startsWith("synapse-d:freePlan."));
  expect(limits).toHaveLength(5);
  for (const key of limits) {
    const bent = structuredClone(complete) as { freePlan: Record<string, number> };
    delete bent.freePlan[key.replace("synapse-d:freePlan.", "")];
    expect(await readConfigured(bent)).toContain(`${key} is wrong`);
  }
});

test("the services that the deploying principal must manage are those of the program", () => {
  const named: Readonly<Record<string, string>> = {
    apigateway: "API Gateway",
    apigatewayv2: "API Gateway",
    backup: "AWS Backup",
    cloudwatch: "CloudWatch Logs",
    dynamodb: "DynamoDB",
    iam: "IAM",
    lambda: "Lambda",
    scheduler: "EventBridge Scheduler",
    sqs: "SQS",
  };
  const sentence = /may manage ([\s\S]*?)\./.exec(textOf(document))?.[1] ?? "";
  const services = program.map(({ type }) => type.slice("aws:".length).split("/")[0] ?? "");
  for (const service of services) {
    expect([service, sentence.replaceAll(/\s+/g, " ")]).toEqual([
      service,
      expect.stringContaining(named[service] ?? "?"),
    ]);
  }
});

test("the number of resources is that of the program", () => {
  const [said] = allIn(textOf(document), /creates (\d+) AWS resources/g);
  expect(program.length).toBe(Number(said));
});

test("the trust policy of the log role lets API Gateway assume it, and nobody else", () => {
  const [policy = ""] = allIn(textOf(document), /'(\{"Version".*\})'/g);
  expect(JSON.parse(policy)).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  });
});
