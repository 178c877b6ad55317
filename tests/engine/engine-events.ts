import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** What an engine run does to each resource that does not stay the same: `Table peers` → `replace`, and so on. */
export function recordedSteps(): {
  readonly onEvent: (event: EngineEvent) => void;
  readonly steps: () => Readonly<Record<string, string>>;
} {
  const found: Record<string, string> = {};
  return {
    onEvent: ({ resourcePreEvent }) => {
      if (!resourcePreEvent) return;
      const { op, urn, type } = resourcePreEvent.metadata;
      // The halves of a replacement are events of their own.
      if (op === "same" || op === "create-replacement" || op === "delete-replaced") return;
      found[`${type.split(":").at(-1)} ${urn.split("::").at(-1)}`] = op;
    },
    steps: () => found,
  };
}
