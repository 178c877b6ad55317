import type { TracingPorts } from "../../../../functions/shared/tracing/work-trace.ts";

export const ownRoot = "1-5759e988-bd862e3fe1be46a994272793";
export const originRoot = "1-5759e900-0000000000000000000000aa";

/** Ids count up, and each look at the clock is 5 ms later. `sent` has the documents, oldest first. */
export function fakeTracing(
  header: string | undefined = `Root=${ownRoot};Parent=53995c3f42cd8ad8;Sampled=1`,
) {
  const sent: unknown[] = [];
  let ids = 0;
  let now = 1_800_000_000_000;
  const ports: TracingPorts = {
    header: () => header,
    newId: () => (++ids).toString(16).padStart(16, "0"),
    now: () => {
      now += 5;
      return now;
    },
    send: async (document) => void sent.push(JSON.parse(document)),
  };
  return { ports, sent };
}
