import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { dynamoCustomers } from "../../../../functions/billing/projection/customers.ts";
import { refreshCustomer } from "../../../../functions/billing/projection/project-customer.ts";
import { dynamoProjections } from "../../../../functions/billing/projection/projections.ts";
import { AwsServiceError } from "../../../../functions/shared/aws/aws-service-error.ts";
import { resilient } from "../../../../functions/shared/resilience.ts";
import { aroundSends } from "../../around-sends.ts";
import { localTables } from "../../local-tables.ts";
import { type ProjectionWorld, projectionWorld, user } from "./projection-world.ts";

let world: ProjectionWorld;
let tables: Awaited<ReturnType<typeof localTables>>;
beforeEach(async () => {
  world = await projectionWorld();
  tables = await localTables();
});
afterEach(async () => {
  await world.close();
  await tables.close();
});

/** The table's client, of which the first `times` calls of every operation are throttled. */
function throttled(times: number) {
  const left = new Map<string, number>();
  aroundSends(tables.client, async ({ operation }, send) => {
    const remaining = left.get(operation) ?? times;
    left.set(operation, remaining - 1);
    if (remaining <= 0) return send();
    const metadata = { httpStatusCode: 400 };
    throw new AwsServiceError("ProvisionedThroughputExceededException", "slow down", metadata);
  });
  const guarded = resilient("dynamodb");
  return {
    customers: dynamoCustomers(tables.client, "customers", guarded),
    projections: dynamoProjections(tables.client, "customers", "audits", guarded),
  };
}

test("a throttled table is asked again, and the row is right", async () => {
  const { customer, monthly } = world.shop;
  await world.running.stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  const ports = throttled(2);
  const refresh = { user, stripeCustomerId: customer.id, cause: "reconcile" } as const;
  expect(await refreshCustomer({ ...world.ports, ...ports }, refresh)).toMatchObject({ kind: "projected" });
  expect(await ports.customers.read(user)).toMatchObject({
    entitlement: { kind: "entitled", planId: "silver" },
  });
});

test("a table that stays throttled is a fault that time may heal", async () => {
  const refresh = { user, stripeCustomerId: world.shop.customer.id, cause: "reconcile" } as const;
  await expect(refreshCustomer({ ...world.ports, ...throttled(10) }, refresh)).rejects.toMatchObject({
    code: "dynamodb_unavailable",
    retryable: true,
  });
});
