import { control } from "../../tests/journeys/control.ts";
import { countedCall } from "../../tests/journeys/counted-call.ts";
import type { LogLine, Ready } from "../../tests/journeys/running-program.ts";
import { bench } from "../bench.ts";
import { loadNow, machine } from "../machine.ts";
import { startSynapse } from "../synapse.ts";
import { callUsage } from "./call-usage.ts";
import { type CostReport, type CountedScenario, costTable } from "./cost-report.ts";
import { priceCall, priceKvsCall } from "./price-call.ts";
import { prices } from "./prices.ts";

/** Counted on a running program, priced by a dated list. */
export const cost = bench({
  description: "AWS calls of a whole call set-up, counted, and what they cost beside KVS",
  options: {
    minutes: {
      meaning: "Assumed: minutes that both sockets are open.",
      standard: 1,
      least: 1,
      most: 120,
    },
    ms: {
      meaning: "Assumed: milliseconds of Lambda for each AWS call.",
      standard: 10,
      least: 1,
      most: 1_000,
    },
  },
  run: async ({ minutes, ms }, tell): Promise<CostReport> => {
    const loadBefore = loadNow();
    tell("npm start");
    const { child, ready } = await startSynapse();
    const scenarios: CountedScenario[] = [];
    const count = async (name: string, beforeStep: () => Promise<unknown>) => {
      tell(name);
      const since = await timeOf(ready);
      const steps = await countedCall(ready, `cost-${scenarios.length}`, beforeStep);
      const logBytes = await logBytesSince(ready, since);
      const usage = callUsage(steps, { minutes, millisecondsPerCall: ms, logBytes });
      scenarios.push({ name, steps, usage, lines: priceCall(usage, prices) });
    };
    tell("warming up");
    await countedCall(ready, "warm-up", async () => {});
    await count("warm", async () => {});
    await count("new instances", () => recycle(ready));
    await count("and 5 s apart", async () => {
      await recycle(ready);
      await control(ready, "POST", "/clock", { advanceMs: 5_000 });
    });
    await child.stop();
    const sent = (scenarios[0]?.usage.messages ?? 0) / 2;
    return {
      bench: "cost",
      machine: machine(loadBefore),
      assumed: { minutes, millisecondsPerCall: ms },
      scenarios,
      kvs: priceKvsCall(sent, prices),
    };
  },
  table: costTable,
});

/** So that the next step starts new instances. */
const recycle = (ready: Ready): Promise<unknown> =>
  Promise.all(
    ["SignalingAuthorizer", "PeerConnectionHandler", "RelayServer"].map((name) =>
      control(ready, "POST", `/functions/${name}/recycle`),
    ),
  );

const timeOf = async (ready: Ready): Promise<number> =>
  ((await control(ready, "GET", "/health")) as { now: number }).now;

/** Without those of the proofs, which are not part of the set-up. */
async function logBytesSince(ready: Ready, since: number): Promise<number> {
  const path = `/logs?limit=1000&since=${since}`;
  const { lines } = (await control(ready, "GET", path)) as { lines: LogLine[] };
  const ofSetUp = lines.filter(({ logGroup }) => !/IssueProof|billing|PeerSweeper/.test(logGroup));
  return ofSetUp.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
}
