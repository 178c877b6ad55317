import type { Page } from "playwright-core";
import { proofFor, type Ready } from "../../tests/journeys/running-program.ts";
import { bench } from "../bench.ts";
import { startChild } from "../child.ts";
import { grantsOf, instancesOf } from "../control.ts";
import { loadNow, machine } from "../machine.ts";
import { callsPerFrame } from "../relay/calls.ts";
import { openPeerJsPair, openSynapsePair } from "../relay/contestants.ts";
import { startSynapse } from "../synapse.ts";
import { type BenchBrowser, openBrowser } from "./bench-browser.ts";
import type { SessionTimes } from "./page/session.ts";
import { secondDoor } from "./second-door.ts";
import { type SetupReport, setupFigures, setupTable } from "./setup-report.ts";
import { warmUp } from "./warm-up.ts";

/** A browser sends its candidates at once: more frames than the standard 8 instances could take. */
const instances = 32;
/**
 * Sessions of each on one page: Chromium refuses to make more than 500 connections in a process, the closed
 * ones that it still keeps counted.
 */
const sessionsOfPage = 50;
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
    calls: {
      meaning:
        "Calls of `ws` clients through each at first, which let V8 compile in each instance what a call runs through.",
      standard: 2_500,
      least: 0,
      most: 99_999,
    },
    warmup: {
      meaning: "Sessions of each between those calls and the measured sessions.",
      standard: 50,
      least: 0,
      most: 999,
    },
  },
  run: async ({ sessions, calls, warmup }, tell): Promise<SetupReport> => {
    const loadBefore = loadNow();
    tell("npm start");
    const { child, ready } = await startSynapse(["--instances", String(instances)]);
    const peerJs = await startChild(process.execPath, ["bench/servers/peerjs.ts"]);
    const peerJsUrl = String(peerJs.ready.signaling);
    const ports = [ready.signaling, peerJsUrl].map((url) => Number(new URL(url).port));
    const [, port = 0] = ports;
    const doors = await Promise.all(ports.map(secondDoor));
    tell("the browser");
    const browser = await openBrowser(doors.map(({ rule }) => rule));
    try {
      tell(`warming up, ${calls} calls of each`);
      await warmUp((index) => openSynapsePair(ready, index), calls);
      await warmUp((index) => openPeerJsPair(peerJsUrl, index), calls);
      tell(`warming up, ${warmup} sessions of each`);
      await measure(browser, ready, port, { from: 0, count: warmup });
      const [usesBefore, startedBefore] = [await grantsOf(ready.control), await startedInstances(ready)];
      tell(`${sessions} sessions of each`);
      const times = await measure(browser, ready, port, { from: warmup, count: sessions }, tell);
      const [usesAfter, startedAfter] = [await grantsOf(ready.control), await startedInstances(ready)];
      const turns = sessions + Math.ceil(sessions / sessionsOfPage);
      const [synapse, other] = [setupFigures(times.synapse), setupFigures(times.peerJs)];
      return {
        bench: "setup",
        machine: machine(loadBefore),
        browser: browser.version,
        sessions,
        synapse,
        peerJs: other,
        difference: synapse.median - other.median,
        callsPerSession: callsPerFrame(usesBefore, usesAfter, turns).filter(
          ({ role }) => !["IssueProofHandler", "PeerSweeper", "PeerSweeper-schedule"].includes(role),
        ),
        instancesStarted: startedAfter - startedBefore,
      };
    } finally {
      await browser.close();
      for (const door of doors) door.close();
      await Promise.all([child.stop(), peerJs.stop()]);
    }
  },
  table: setupTable,
});

/** By which name the two peers of a session come: the second leads to the second door. */
const hosts = ["127.0.0.1", "localhost"] as const;

interface Times {
  readonly synapse: SessionTimes[];
  readonly peerJs: SessionTimes[];
}

/** One session of each in a turn; who begins changes from turn to turn. The first turn of a page is not measured. */
async function measure(
  browser: BenchBrowser,
  ready: Ready,
  port: number,
  { from, count }: { readonly from: number; readonly count: number },
  tell: (progress: string) => void = () => {},
): Promise<Times> {
  const times: Times = { synapse: [], peerJs: [] };
  for (let first = 0; first < count; first += sessionsOfPage) {
    const page = await browser.freshPage();
    await turn(page, ready, port, `new-page-${from + first}`, { synapse: [], peerJs: [] });
    for (let index = first; index < Math.min(first + sessionsOfPage, count); index += 1) {
      await turn(page, ready, port, String(from + index), times);
    }
    if (first > 0) tell(`${first} of ${count}`);
  }
  return times;
}

async function turn(page: Page, ready: Ready, port: number, name: string, times: Times): Promise<void> {
  const channel = `setup-${name}`;
  const [master, viewer] = await Promise.all([
    proofFor(ready, "alice", { channel, role: "MASTER" }),
    proofFor(ready, "bob", { channel, role: "VIEWER", clientId: "viewer" }),
  ]);
  const [first, second] = hosts;
  const urls = [master.url, viewer.url.replace(first, second)] as const;
  const session = { urls, channel, masterProof: master.proof, viewerProof: viewer.proof };
  const ids = [`called-${name}`, `caller-${name}`] as const;
  const runs = [
    async () => {
      times.synapse.push(await page.evaluate((given) => window.sessions.synapse(given), session));
    },
    async () => {
      times.peerJs.push(await page.evaluate((given) => window.sessions.peerJs(given), { port, hosts, ids }));
    },
  ];
  for (const run of times.synapse.length % 2 === 0 ? runs : runs.reverse()) {
    await run();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const startedInstances = async (ready: Ready): Promise<number> =>
  Object.values(await instancesOf(ready.control)).reduce((sum, count) => sum + count, 0);
