import * as pulumi from "@pulumi/pulumi";
import { type Configuration, readConfiguration } from "../../components/configuration.ts";
import { recordedProgram } from "./recorded-program.ts";

export const freePlan = {
  maxFrameBytes: 32_768,
  framesPerSecond: 100,
  peersPerChannel: 50,
  mailboxDepth: 256,
  messageTtlSeconds: 60,
};
/** What must be there, and a free plan. */
export const valid = {
  oidc: { issuer: "https://issuer.example.com/", audience: "synapse-d", sharedTenant: "dev" },
  freePlan,
  corsOrigins: ["https://app.example.com"],
  logRetentionDays: 14,
  alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
};

/** What the program reads of a stack's settings, or the error's message. */
export async function read(values: Record<string, unknown>, stack = "dev"): Promise<Configuration | string> {
  let result: Configuration | string = "nothing";
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        `synapse-d:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
  await recordedProgram(() => {
    try {
      result = readConfiguration();
    } catch (error) {
      result = error instanceof Error ? error.message : "not an error";
    }
  }, stack);
  return result;
}

export const certificateArn = "arn:aws:acm:us-east-1:111122223333:certificate/1a2b";
export const plan = { name: "Team", priceId: "price_1", limits: freePlan };
export const stripe = {
  secretKeyArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-a1b2c3",
  webhookSecretArns: ["arn:aws:secretsmanager:us-east-1:111122223333:secret:hook-a1b2c3"],
  successUrl: "https://app.example.com/paid",
  cancelUrl: "https://app.example.com/plans",
  portalReturnUrl: "https://app.example.com/account",
};
/** With plans to sell. */
export const sold = { ...valid, plans: { team: plan }, stripe };
export const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:turn-a1b2c3";
export const urls = ["turn:turn.example.com:3478?transport=udp", "turns:192.0.2.7:5349"];
