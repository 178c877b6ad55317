import { expect, test } from "@jest/globals";
import { type WebhookReport, webhookTable } from "../../../bench/webhook/webhook-report.ts";

const report: WebhookReport = {
  bench: "webhook",
  machine: { node: "24.0.0", platform: "linux x64", processors: "2 × some", load: [1, 2] },
  settings: { rounds: 3, webhooks: 150 },
  atOnce: 4,
  contestants: [
    { name: "Synapse-D", perSecond: 200, lowest: 190, highest: 210, median: 4, p99: 9, refused: 1 },
    { name: "floor", perSecond: 1_000, lowest: 900, highest: 1_100, median: 1, p99: 2, refused: 0 },
  ],
  synapseBeside: { perSecond: 0.2, medianLatency: 4 },
  calls: [{ role: "WebhookHandler", action: "sqs:SendMessage", calls: 1 }],
  projections: { lines: 450, read: 300, mostAwsCalls: 4, mostStripeReads: 1 },
};

test("shows both, their ratios, and what was counted", () => {
  const table = webhookTable(report);
  expect(table).toMatch(/^Synapse-D +200 +190–210 +4\.00 ms +9\.00 ms +1$/m);
  expect(table).toMatch(/^floor +1,000 +900–1,100 +1\.00 ms +2\.00 ms +0$/m);
  expect(table).toMatch(/^Synapse-D beside the floor: 0\.20 × acks\/s, 4\.0 × median\.$/m);
  expect(table).toMatch(/^WebhookHandler +sqs:SendMessage +1\.00$/m);
  expect(table).toMatch(/^Of the last 450 messages 300 caused a read of Stripe;/m);
  expect(table).toMatch(/^One of those took at most 4 AWS calls and 1 of Stripe's\.$/m);
});
