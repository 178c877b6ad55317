import * as v from "valibot";
import { accessPolicy } from "../../../../functions/billing/access/access-policy.ts";
import type { Plans } from "../../../../functions/billing/access/entitlement.ts";
import { dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import { type EndDuplicate, endDuplicate } from "../../../../functions/billing/projection/end-duplicate.ts";
import { type EndForCharge, endForCharge } from "../../../../functions/billing/projection/end-for-charge.ts";
import type { ProjectionPorts } from "../../../../functions/billing/projection/project-customer.ts";
import { stripeReader } from "../../../../functions/billing/projection/stripe-reader.ts";
import type { DynamoDBClient } from "../../../../functions/shared/aws/dynamodb.ts";
import type { Revocation } from "../../../../functions/shared/revocations.ts";
import { openShop, type RunningStripe, runStripe, type Shop } from "../../../local/stripe/running-stripe.ts";
import { localTables } from "../../local-tables.ts";
import { straight } from "../../straight.ts";
import { auditsOf } from "./audits-of.ts";
import { localProjections } from "./local-projections.ts";

export const user = "acme#ada";

const limits = {
  maxFrameBytes: 16_384,
  framesPerSecond: 20,
  peersPerChannel: 10,
  mailboxDepth: 10,
  messageTtlSeconds: 30,
};
export const plansOf = ({ monthly, dearer }: Pick<Shop, "monthly" | "dearer">): Plans => ({
  silver: { priceId: monthly.id, group: "default", limits },
  gold: { priceId: dearer.id, group: "default", limits: { ...limits, peersPerChannel: 100 } },
});

export interface ProjectionWorld {
  /** What was sent to those who close sockets, each with its id. */
  readonly told: readonly (readonly [Omit<Revocation, "v">, string])[];
  readonly running: RunningStripe;
  readonly shop: Shop;
  readonly ports: ProjectionPorts & {
    readonly stripe: ReturnType<typeof stripeReader>;
    readonly endDuplicate: EndDuplicate;
    readonly endForCharge: EndForCharge;
  };
  readonly dynamodb: DynamoDBClient;
  /** The user's audit rows, oldest first. */
  audits(): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The Stripe fake with a customer whose card works, and the program's tables in the local cloud's DynamoDB. */
export async function projectionWorld(): Promise<ProjectionWorld> {
  const running = await runStripe();
  const tables = await localTables();
  const shop = await openShop(running.stripe);
  await running.stripe.customers.update(shop.customer.id, { metadata: { synapse_user: user } });
  const told: [Omit<Revocation, "v">, string][] = [];
  return {
    told,
    running,
    shop,
    ports: {
      customers: dynamoCustomers(tables.client, "customers", straight),
      projections: localProjections(tables.client),
      stripe: stripeReader(running.stripe, (call) => call({ timeout: 6_000 })),
      endDuplicate: endDuplicate(running.stripe, (call) => call({ timeout: 6_000 })),
      endForCharge: endForCharge(running.stripe, (call) => call({ timeout: 6_000 })),
      revocations: { send: async (message, id) => void told.push([message, id]) },
      plans: plansOf(shop),
      access: v.parse(accessPolicy, {}),
      now: () => running.clock.now(),
    },
    dynamodb: tables.client,
    audits: () => auditsOf(tables.client, user),
    close: async () => {
      await running.fake.close();
      await tables.close();
    },
  };
}
