import { expect, test } from "@jest/globals";
import { listPlans } from "../../../../functions/billing/purchases/list-plans.ts";
import { readPlans } from "../../../../functions/billing/purchases/purchase-settings.ts";
import { recordedTelemetry } from "../../recorded-telemetry.ts";

const limits = {
  maxFrameBytes: 32_768,
  framesPerSecond: 100,
  peersPerChannel: 50,
  mailboxDepth: 256,
  messageTtlSeconds: 60,
};

test("anybody is told what is sold, without Stripe's ids", async () => {
  const plans = readPlans(
    JSON.stringify({
      team: { name: "Team", priceId: "price_1", group: "default", limits },
      studio: { name: "Studio", priceId: "price_2", group: "default", limits, trialDays: 14 },
    }),
  );
  const recorded = recordedTelemetry("list-plans");
  const list = listPlans({
    telemetry: recorded.telemetry,
    plans,
    corsOrigins: ["https://app.example.com"],
  });
  const answer = await list({
    headers: { origin: "https://app.example.com" },
    requestContext: { requestId: "c6af9ac6-7b61" },
  });
  expect(answer).toMatchObject({
    statusCode: 200,
    headers: { "Access-Control-Allow-Origin": "https://app.example.com" },
  });
  expect(JSON.parse(answer.body)).toEqual({
    plans: [
      { id: "team", name: "Team", group: "default", trialDays: 0, limits },
      { id: "studio", name: "Studio", group: "default", trialDays: 14, limits },
    ],
  });
  expect(recorded.lines()).toMatchObject([{ event: "plans", outcome: "listed" }]);
});

test.each(["", "{", '{"team":{}}'])("plans that are %j are the deployment's fault", (value) => {
  expect(() => readPlans(value)).toThrow("environment variable PLANS is malformed");
});
