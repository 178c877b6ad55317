import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import fc from "fast-check";
import { embeddedMetrics } from "../../../functions/shared/embedded-metrics.ts";
import { type LogFields, logFields } from "../../../functions/shared/log-line.ts";
import { danglingReferences, embeddedMetricFormat } from "./embedded-metric-format.ts";

const time = 1_800_000_000_000;
const metricsOf = (fields: Partial<LogFields>) => {
  const line = { function: "relay", ...fields };
  const metrics = embeddedMetrics(line, time);
  return Object.fromEntries(
    (metrics?._aws.CloudWatchMetrics ?? []).map(({ Dimensions, Metrics }) => [
      Metrics[0]?.Name,
      [metrics?.[Metrics[0]?.Name ?? ""], Dimensions[0]],
    ]),
  );
};

describe("the metrics of a line", () => {
  test.each<[Partial<LogFields>, object]>([
    [
      { event: "frame", action: "SDP_OFFER", outcome: "delivered", durationMs: 12.345 },
      {
        Frames: [1, ["action", "outcome"]],
        FramesValid: [1, []],
        RelayLatency: [12.35, ["action"]],
      },
    ],
    [
      { event: "frame", action: "OTHER", outcome: "refused", code: "frame_not_json" },
      { Frames: [1, ["action", "outcome"]], Refusals: [1, ["code"]] },
    ],
    [
      { event: "frame", action: "SDP_OFFER", outcome: "failed", code: "internal" },
      {
        Frames: [1, ["action", "outcome"]],
        FramesValid: [1, []],
        FramesBad: [1, []],
        Errors: [1, ["function"]],
      },
    ],
    [{ event: "authorize", outcome: "allowed" }, {}],
    [
      { event: "authorize", outcome: "refused", code: "proof_used" },
      { Connects: [1, ["outcome"]], Refusals: [1, ["code"]] },
    ],
    [{ event: "connect", outcome: "connected" }, { Connects: [1, ["outcome"]] }],
    [{ event: "disconnect", outcome: "disconnected" }, {}],
    [
      { event: "delivery", kind: "waiting", outcome: "served", released: 2, expired: 1, superseded: 0 },
      { Deliveries: [1, ["kind", "outcome"]], WaitedReleased: [2, []], WaitedExpired: [1, []] },
    ],
    [
      { event: "delivery", kind: "arrival", outcome: "retried", code: "unavailable" },
      { Deliveries: [1, ["kind", "outcome"]] },
    ],
    [
      { event: "delivery", kind: "waiting", outcome: "failed", code: "undeliverable", undeliverable: 3 },
      { Deliveries: [1, ["kind", "outcome"]], WaitedUndeliverable: [3, []], Errors: [1, ["function"]] },
    ],
    [
      { event: "frame", action: "SDP_ANSWER", outcome: "queued", superseded: 4, ambiguous: 1 },
      {
        Frames: [1, ["action", "outcome"]],
        FramesValid: [1, []],
        WaitedSuperseded: [4, []],
        WaitedAmbiguous: [1, []],
      },
    ],
    [
      { event: "delivery", outcome: "failed", code: "message_malformed" },
      { Deliveries: [1, ["outcome"]], Errors: [1, ["function"]] },
    ],
    [{ event: "sweep", outcome: "swept" }, { Heartbeat: [1, ["function"]] }],
    [
      { event: "reconciliation", outcome: "reconciled", undelivered: 0, compared: 9, drifted: 2, unknown: 1 },
      {
        Heartbeat: [1, ["function"]],
        EventsUndelivered: [0, []],
        CustomersCompared: [9, []],
        CustomersDrifted: [2, []],
        CustomersUnknown: [1, []],
      },
    ],
    [
      { event: "reconciliation", outcome: "failed", code: "stripe_unavailable" },
      { Heartbeat: [1, ["function"]], Errors: [1, ["function"]] },
    ],
    [{ event: "proof", outcome: "issued" }, { Proofs: [1, ["outcome"]] }],
  ])("of %j are %j", (line, metrics) => {
    expect(metricsOf(line)).toEqual(metrics);
  });

  test("follow CloudWatch's format, whatever happened", () => {
    const valid = new Ajv().compile(embeddedMetricFormat);
    const any = fc.record(
      {
        function: fc.constant("relay"),
        event: fc.constantFrom(...logFields.entries.event.options),
        outcome: fc.constantFrom(...logFields.entries.outcome.options),
        action: fc.constantFrom("SDP_OFFER" as const, "OTHER" as const),
        code: fc.constantFrom("internal", "expired"),
        durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
        kind: fc.constantFrom(...logFields.entries.kind.wrapped.options),
        released: fc.nat(3),
        superseded: fc.nat(3),
        expired: fc.nat(3),
        ambiguous: fc.nat(3),
        undeliverable: fc.nat(3),
        undelivered: fc.nat(3),
        compared: fc.nat(3),
        drifted: fc.nat(3),
        unknown: fc.nat(3),
      },
      { requiredKeys: ["function"] },
    );
    fc.assert(
      fc.property(any, (line) => {
        const metrics = embeddedMetrics(line, time);
        if (!metrics) return;
        const document = { ...line, ...metrics };
        expect(valid(document)).toBe(true);
        expect(danglingReferences(document)).toEqual([]);
      }),
    );
  });
});
