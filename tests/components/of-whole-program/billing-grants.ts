import { beforeAll, expect, test } from "@jest/globals";
import { grants, only, type Recorded, recordedProgram } from "../recorded-program.ts";
import { declareWholeProgram, wholeProgram } from "../whole-program.ts";

let recorded: Recorded[];

beforeAll(async () => {
  ({ recorded } = await wholeProgram());
});

test("the webhook reads its secrets and queues; the worker reads its key and writes rows, and no more", () => {
  const secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:";
  const read = (Resource: string) => [
    { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [Resource] },
  ];
  const webhook = grants(recorded, "WebhookHandler");
  expect(webhook["WebhookHandler-read-webhook-secrets"]).toEqual(read(`${secret}hook-a1b2c3`));
  expect(Object.keys(webhook).sort()).toEqual([
    "WebhookHandler-logs",
    "WebhookHandler-read-webhook-secrets",
    "WebhookHandler-send-billing-events",
  ]);
  const worker = grants(recorded, "ProjectionWorker");
  expect(worker["ProjectionWorker-read-stripe-key"]).toEqual(read(`${secret}key-a1b2c3`));
  expect(Object.keys(worker).sort()).toEqual([
    "ProjectionWorker-consume-billing-events",
    "ProjectionWorker-logs",
    "ProjectionWorker-put-audits",
    "ProjectionWorker-query-customers-stripe-customer",
    "ProjectionWorker-read-stripe-key",
    "ProjectionWorker-send-revocations",
    "ProjectionWorker-update-customers",
  ]);
});

test("AccessReviewer finds what is due, postpones it and queues, each minute, and no more", () => {
  const granted = grants(recorded, "AccessReviewer");
  expect(granted["AccessReviewer-update-customers"]).toMatchObject([
    { Condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["user", "reviewAt"] } } },
  ]);
  expect(Object.keys(granted).sort()).toEqual([
    "AccessReviewer-logs",
    "AccessReviewer-query-customers-review",
    "AccessReviewer-send-billing-events",
    "AccessReviewer-update-customers",
  ]);
  expect(only(recorded, "aws:scheduler/schedule:Schedule", "AccessReviewer")).toMatchObject({
    scheduleExpression: "rate(1 minute)",
  });
});

test("StripeReconciler reads customers and Stripe, queues, and writes one row, every five minutes, and no more", () => {
  const granted = grants(recorded, "StripeReconciler");
  expect(granted["StripeReconciler-update-customers"]).toMatchObject([
    {
      Action: ["dynamodb:UpdateItem"],
      Condition: {
        "ForAllValues:StringEquals": {
          "dynamodb:Attributes": ["user", "progress", "matters", "version", "v"],
          "dynamodb:LeadingKeys": ["#reconciler"],
        },
      },
    },
  ]);
  expect(Object.keys(granted).sort()).toEqual([
    "StripeReconciler-get-customers",
    "StripeReconciler-logs",
    "StripeReconciler-query-customers-stripe-customer",
    "StripeReconciler-read-stripe-key",
    "StripeReconciler-send-billing-events",
    "StripeReconciler-update-customers",
  ]);
  expect(only(recorded, "aws:scheduler/schedule:Schedule", "StripeReconciler")).toMatchObject({
    scheduleExpression: "rate(5 minutes)",
  });
});

test("CreateSubscriptionHandler reads and takes attempts and customers, and one secret", () => {
  const granted = grants(recorded, "CreateSubscriptionHandler");
  expect(granted).toMatchObject({
    "CreateSubscriptionHandler-get-attempts": [{ Action: ["dynamodb:GetItem"] }],
    "CreateSubscriptionHandler-get-customers": [{ Action: ["dynamodb:GetItem"] }],
    "CreateSubscriptionHandler-update-customers": [
      {
        Action: ["dynamodb:UpdateItem"],
        Condition: {
          "ForAllValues:StringEquals": { "dynamodb:Attributes": ["user", "stripeCustomerId", "v"] },
        },
      },
    ],
    "CreateSubscriptionHandler-stripe-key": [
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: ["arn:aws:secretsmanager:us-east-1:111122223333:secret:key-a1b2c3"],
      },
    ],
  });
  expect(Object.keys(granted)).toHaveLength(6);
  expect(Object.keys(grants(recorded, "ListPlansHandler"))).toEqual(["ListPlansHandler-logs"]);
});

test("IssueProofHandler reads what was bought, reads and takes claims and puts proofs, and no more", () => {
  const allow = (Action: string[], table: string) => ({
    Effect: "Allow",
    Action,
    Resource: [`arn:aws:dynamodb:us-east-1:111122223333:${table}`],
  });
  expect(grants(recorded, "IssueProofHandler")).toMatchObject({
    "IssueProofHandler-get-customers": [allow(["dynamodb:GetItem"], "customers")],
    "IssueProofHandler-get-claims": [allow(["dynamodb:GetItem"], "claims")],
    "IssueProofHandler-update-claims": [
      {
        ...allow(["dynamodb:UpdateItem"], "claims"),
        Condition: {
          "ForAllValues:StringEquals": {
            "dynamodb:Attributes": ["channel", "name", "subject", "expiresAt", "v"],
          },
        },
      },
    ],
    "IssueProofHandler-put-proofs": [allow(["dynamodb:PutItem"], "proofs")],
  });
  expect(Object.keys(grants(recorded, "IssueProofHandler"))).toHaveLength(5);
});

test("IssueProofHandler reads the secret of a relay where there is one, and is told where it is", async () => {
  const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:turn-a1b2c3";
  const relay = { urls: ["turn:turn.example.com"], secretArn };
  const relayed = await recordedProgram(() => declareWholeProgram(undefined, undefined, relay));
  expect(grants(relayed, "IssueProofHandler")["IssueProofHandler-turn-secret"]).toEqual([
    { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [secretArn] },
  ]);
  expect(only(relayed, "aws:lambda/function:Function", "IssueProofHandler")).toMatchObject({
    environment: { variables: { TURN_URLS: '["turn:turn.example.com"]', TURN_SECRET_ARN: secretArn } },
  });
}, 60_000);

test("the customer's own functions read what was bought, and only those write that must", () => {
  const granted = (name: string) =>
    Object.keys(grants(recorded, name))
      .map((grant) => grant.replace(`${name}-`, ""))
      .sort();
  const all = ["get-customers", "logs", "stripe-key"];
  expect(granted("OpenPortalHandler")).toEqual(all);
  expect(granted("ChangeSubscriptionHandler")).toEqual([...all, "get-attempts", "update-attempts"].sort());
  expect(granted("ShowSubscriptionHandler")).toEqual(
    [...all, "get-attempts", "update-attempts", "put-audits", "send-revocations", "update-customers"].sort(),
  );
});
