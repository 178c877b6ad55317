import type { functionNames } from "../../functions/shared/log-line.ts";
import { type Telemetry, telemetry } from "../../functions/shared/telemetry.ts";

export interface RecordedTelemetry {
  readonly telemetry: Telemetry;
  /** What was written so far, one parsed object a line. */
  lines(): readonly Record<string, unknown>[];
  /** The same as text. */
  text(): string;
}

/** The deployed telemetry, writing into memory, at a fixed time. */
export function recordedTelemetry(name: (typeof functionNames)[number] = "relay"): RecordedTelemetry {
  const written: string[] = [];
  return {
    telemetry: telemetry(name, {
      now: () => 1_800_000_000_000,
      elapsed: () => 0,
      write: (text) => void written.push(text),
    }),
    lines: () => written.map((line) => JSON.parse(line)),
    text: () => written.join(""),
  };
}
