import { columns, milliseconds, whole } from "../columns.ts";
import { type Machine, machineLine } from "../machine.ts";
import type { CallsPerFrame } from "../relay/calls.ts";

export interface WebhookReport {
  readonly bench: "webhook";
  readonly machine: Machine;
  readonly settings: { readonly rounds: number; readonly webhooks: number };
  /** Webhooks on their way at once. */
  readonly atOnce: number;
  readonly contestants: readonly {
    readonly name: string;
    /** Acknowledgements a second, over the rounds. */
    readonly perSecond: number;
    readonly lowest: number;
    readonly highest: number;
    /** Milliseconds from sending to the answer, over the webhooks of all rounds. */
    readonly median: number;
    readonly p99: number;
    readonly refused: number;
  }[];
  /** Synapse-D's figures divided by the floor's, the median of the rounds. */
  readonly synapseBeside: { readonly perSecond: number; readonly medianLatency: number };
  /** AWS calls of the webhook's role, for each webhook. */
  readonly calls: readonly CallsPerFrame[];
  /** What the newest log lines of the worker say: how many, how many read Stripe, and the most calls of those. */
  readonly projections: {
    readonly lines: number;
    readonly read: number;
    readonly mostAwsCalls: number;
    readonly mostStripeReads: number;
  };
}

/** What a person reads. */
export function webhookTable(report: WebhookReport): string {
  const { machine, settings, atOnce, contestants, synapseBeside, calls, projections } = report;
  return [
    `webhook: ${settings.rounds} rounds of ${settings.webhooks} webhooks of each contestant, ${atOnce} on their way at once.`,
    machineLine(machine),
    "",
    ...columns([
      ["", "acks/s", "lowest–highest", "median", "p99", "refused"],
      ...contestants.map((one) => [
        one.name,
        whole(one.perSecond),
        `${whole(one.lowest)}–${whole(one.highest)}`,
        milliseconds(one.median),
        milliseconds(one.p99),
        whole(one.refused),
      ]),
    ]),
    "",
    `Synapse-D beside the floor: ${synapseBeside.perSecond.toPrecision(2)} × acks/s, ${synapseBeside.medianLatency.toPrecision(2)} × median.`,
    "",
    ...columns([
      ["AWS calls a webhook", "", ""],
      ...calls.map(({ role, action, calls: each }) => [role, action, each.toFixed(2)]),
    ]),
    "",
    `Of the last ${projections.lines} messages ${projections.read} caused a read of Stripe; the others came together with one.`,
    `One of those took at most ${projections.mostAwsCalls} AWS calls and ${projections.mostStripeReads} of Stripe's.`,
  ].join("\n");
}
