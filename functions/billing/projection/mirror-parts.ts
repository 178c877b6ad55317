import { DynamoDBClient } from "../../shared/aws/dynamodb.ts";
import { SQSClient } from "../../shared/aws/sqs.ts";
import { readJson } from "../../shared/read-json.ts";
import { resilient } from "../../shared/resilience.ts";
import { accessPolicy } from "../access/access-policy.ts";
import { plans } from "../access/plans.ts";
import { type StripeEnvironment, stripeAccount, stripeVariables } from "../stripe/stripe-account.ts";
import { dynamoCustomers } from "./customers.ts";

/** What the functions are told that compare customers' rows with Stripe. */
export interface MirrorEnvironment extends StripeEnvironment {
  readonly CUSTOMERS_TABLE: string;
  readonly EVENTS_QUEUE_URL: string;
  /** JSON of what is sold, and of what the seller decides. */
  readonly PLANS: string;
  readonly ACCESS: string;
}

export const mirrorVariables = {
  ...stripeVariables,
  CUSTOMERS_TABLE: "required",
  EVENTS_QUEUE_URL: "required",
  PLANS: "required",
  ACCESS: "required",
} as const satisfies Readonly<Record<keyof MirrorEnvironment, "required" | "empty">>;

/** What those functions share, composed once an instance. Throws Failure `environment_invalid`. */
export function mirrorParts(environment: MirrorEnvironment) {
  const dynamodb = new DynamoDBClient();
  const guarded = resilient("dynamodb");
  return {
    dynamodb,
    guarded,
    sqs: new SQSClient(),
    queueing: resilient("sqs"),
    account: stripeAccount(environment),
    customers: dynamoCustomers(dynamodb, environment.CUSTOMERS_TABLE, guarded),
    plans: readJson("PLANS", environment.PLANS, plans),
    access: readJson("ACCESS", environment.ACCESS, accessPolicy),
    now: Date.now,
  };
}
