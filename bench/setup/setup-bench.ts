import type { Page } from "playwright-core";
import { proofFor, type Ready } from "../../tests/journeys/running-program.ts";
import { bench } from "../bench.ts";
import { startChild } from "../child.ts";
import { grantsOf, instancesOf } from "../control.ts";
import { loadNow, machine } from "../machine.ts";
import { callsPerFrame } from "../relay/calls.ts";
import { startSynapse } from "../synapse.ts";
import { openPage } from "./open-page.ts";
import type { SessionTimes } from "./page/session.ts";
import { type SetupReport, setupFigures, setupTable } from "./setup-report.ts";

/** A browser sends its candidates at once: more frames than the standard 8 instances could take. */
const instances = 32;
/** Milliseconds after a session, in which its sockets are closed and its rows deleted. */
const pause = 100;

/** Real browsers on both, one session at a time, the two contestants in turn. */
export const setup = bench({
  description: "From joining to an open data channel in a browser, beside the PeerJS server",
  options: {
    sessions: {
      meaning: "Measured sessions of each contestant.",
      standard: 200,
      least: 1,
      most: 9_999,
    },
    warmup: {
      meaning: "Sessions of each before those, which start the instances.",
      standard: 20,
      least: 0,
      most: 999,
    },
  },
  run: async ({ sessions, warmup }, tell): Promise<SetupReport> => {
    const loadBefore = loadNow();
    tell("npm start");
    const { child, ready } = await startSynapse(["--instances", String(instances)]);
    const peerJs = await startChild(process.execPath, ["bench/servers/peerjs.ts"]);
    const port = Number(new URL(String(peerJs.ready.signaling)).port);
    tell("the browser");
    const { page, close } = await openPage();
    const browser = page.context().browser()?.version() ?? "unknown";
    try {
      tell(`warming up, ${warmup} sessions of each`);
      await measure(page, ready, port, { from: 0, count: warmup });
      const [usesBefore, startedBefore] = [await grantsOf(ready.control), await startedInstances(ready)];
      tell(`${sessions} sessions of each`);
      const times = await measure(page, ready, port, { from: warmup, count: sessions }, tell);
      const [usesAfter, startedAfter] = [await grantsOf(ready.control), await startedInstances(ready)];
      const [synapse, other] = [setupFigures(times.synapse), setupFigures(times.peerJs)];
      return {
        bench: "setup",
        machine: machine(loadBefore),
        browser,
        sessions,
        synapse,
        peerJs: other,
        difference: synapse.median - other.median,
        callsPerSession: callsPerFrame(usesBefore, usesAfter, sessions).filter(
          ({ role }) => !["IssueProofHandler", "PeerSweeper", "PeerSweeper-schedule"].includes(role),
        ),
        instancesStarted: startedAfter - startedBefore,
      };
    } finally {
      await close();
      await Promise.all([child.stop(), peerJs.stop()]);
    }
  },
  table: setupTable,
});

/** One session of each in a turn; who begins changes from turn to turn. */
async function measure(
  page: Page,
  ready: Ready,
  port: number,
  { from, count }: { readonly from: number; readonly count: number },
  tell: (progress: string) => void = () => {},
): Promise<{ readonly synapse: readonly SessionTimes[]; readonly peerJs: readonly SessionTimes[] }> {
  const times = { synapse: [] as SessionTimes[], peerJs: [] as SessionTimes[] };
  for (let index = from; index < from + count; index += 1) {
    const channel = `setup-${index}`;
    const [master, viewer] = await Promise.all([
      proofFor(ready, "alice", { channel, role: "MASTER" }),
      proofFor(ready, "bob", { channel, role: "VIEWER", clientId: "viewer" }),
    ]);
    const session = { url: master.url, channel, masterProof: master.proof, viewerProof: viewer.proof };
    const runs = [
      async () => {
        times.synapse.push(await page.evaluate((given) => window.sessions.synapse(given), session));
      },
      async () => {
        const ids = [`called-${index}`, `caller-${index}`] as const;
        times.peerJs.push(await page.evaluate((given) => window.sessions.peerJs(given), { port, ids }));
      },
    ];
    for (const run of index % 2 === 0 ? runs : runs.reverse()) {
      await run();
      await page.evaluate(() => window.gc?.());
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    const done = index - from + 1;
    if (done % 50 === 0) tell(`${done} of ${count}`);
  }
  return times;
}

const startedInstances = async (ready: Ready): Promise<number> =>
  Object.values(await instancesOf(ready.control)).reduce((sum, count) => sum + count, 0);
