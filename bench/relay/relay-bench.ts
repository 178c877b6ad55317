import { bench } from "../bench.ts";
import { bundleSizes } from "../bundle-sizes.ts";
import { grantsOf, instancesOf } from "../control.ts";
import { loadNow, machine } from "../machine.ts";
import { processUse } from "../process-use.ts";
import { callsPerFrame } from "./calls.ts";
import { closedLoop } from "./closed-loop.ts";
import type { Contestant } from "./contestant.ts";
import { startBareWs, startFloor, startPeerJs, startSynapse } from "./contestants.ts";
import { figures, type Round, ratios } from "./figures.ts";
import { Lane } from "./lane.ts";
import { type PayloadMix, payloadMix } from "./payloads.ts";
import { type RelayReport, relayTable } from "./relay-report.ts";

/**
 * Measured pairs. An instance is busy a little longer than its frame is on its way, so a closed loop of
 * 8 frames would ask for more than the 8 instances that a function may have, and measure refusals.
 */
const measuredPairs = 2;
/** Enough to start every instance of the relay, and to have V8 compile what a frame runs through in each. */
const warmUpPairs = 4;
const warmUpFrames = 4_000;

interface Entrant {
  readonly contestant: Contestant;
  readonly pairs: readonly (readonly [Lane, Lane])[];
  readonly rounds: Round[];
}

/** All four contestants side by side. */
export const relay = bench({
  description:
    "What a relayed frame costs, beside the floor of this architecture, PeerJS and a bare `ws` relay",
  options: {
    rounds: {
      meaning: "Rounds in which all contestants take their turn.",
      standard: 5,
      least: 1,
      most: 999,
    },
    seconds: {
      meaning: "Seconds of each measurement of a round.",
      standard: 1.5,
      least: 0.001,
      most: 999,
      decimals: 3,
    },
    candidates: {
      meaning:
        "Candidates behind each description. A browser sends about nine; many show what the candidate alone costs.",
      standard: 9,
      least: 1,
      most: 999,
    },
  },
  run: relayBench,
  table: relayTable,
});

async function relayBench(
  { rounds, seconds, candidates }: RelayReport["settings"],
  tell: (progress: string) => void,
): Promise<RelayReport> {
  const mix = { calls: Math.ceil(200 / (candidates + 1)), candidates };
  const offers = payloadMix("offer", mix);
  const answers = payloadMix("answer", mix);
  const loadBefore = loadNow();
  const bundles = await bundleSizes();

  tell("npm start");
  const synapse = await startSynapse();
  const resident = () => processUse(synapse.child.group, synapse.process)?.residentBytes;
  const residentAtReady = resident();
  tell("the other three");
  const floor = await startFloor();
  const contestants = [synapse, floor, await startPeerJs(), await startBareWs()];
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    tell(`warming up ${contestant.name}`);
    const pairs = await openPairs(contestant, offers, answers);
    await closedLoop(alone(pairs), { frames: warmUpFrames });
    entrants.push({ contestant, pairs: pairs.slice(0, measuredPairs), rounds: [] });
  }
  const [synapseEntrant, floorEntrant] = entrants;
  if (!synapseEntrant || !floorEntrant) throw new Error("there are four contestants");
  const residentWarm = resident();
  const instances = await instancesOf(synapse.ready.control);

  const clouds = [synapse.ready.control, floor.ready.control];
  const usesBefore = await Promise.all(clouds.map(grantsOf));
  const cpuBefore = entrants.map(cpuOf);
  for (let round = 0; round < rounds; round += 1) {
    tell(`round ${round + 1} of ${rounds}`);
    await measureRound([...entrants.slice(round % 4), ...entrants.slice(0, round % 4)], seconds);
  }
  const cpuAfter = entrants.map(cpuOf);
  const usesAfter = await Promise.all(clouds.map(grantsOf));

  const calls = new Map(
    [synapseEntrant, floorEntrant].map((entrant, index) => [
      entrant,
      callsPerFrame(usesBefore[index] ?? [], usesAfter[index] ?? [], framesOf(entrant)),
    ]),
  );
  return {
    bench: "relay",
    machine: machine(loadBefore),
    settings: { rounds, seconds, candidates },
    pairs: measuredPairs,
    payload: { descriptionBytes: offers.descriptionBytes, candidateBytes: offers.candidateBytes },
    contestants: entrants.map((entrant, index) => {
      const ofCalls = calls.get(entrant);
      const cpu = (cpuAfter[index] ?? Number.NaN) - (cpuBefore[index] ?? Number.NaN);
      return {
        name: entrant.contestant.name,
        ...figures(entrant.rounds),
        ...(entrant !== synapseEntrant && { synapseBeside: ratios(synapseEntrant.rounds, entrant.rounds) }),
        ...(ofCalls && { callsPerFrame: ofCalls }),
        ...(cpu > 0 && { cpuPerFrame: (cpu / framesOf(entrant)) * 1000 }),
      };
    }),
    bundles: { ...bundles, floor: floor.ready.bundleBytes },
    start: {
      readyMilliseconds: synapse.child.readyMilliseconds,
      ...(residentAtReady !== undefined && { residentAtReady }),
      ...(residentWarm !== undefined && { residentWarm }),
      warmFrames: warmUpFrames,
      instances,
    },
  };
}

/** First the latency of all, then the throughput of all, so that what is compared is close in time. */
async function measureRound(order: readonly Entrant[], seconds: number): Promise<void> {
  const latencies = new Map<Entrant, Round["latency"]>();
  for (const entrant of order) latencies.set(entrant, await closedLoop(entrant.pairs, { seconds }));
  for (const entrant of order) {
    const latency = latencies.get(entrant);
    const throughput = await closedLoop(alone(entrant.pairs), { seconds });
    if (latency) entrant.rounds.push({ latency, throughput });
  }
}

/** Each lane as a sender of its own. */
const alone = (pairs: Entrant["pairs"]): readonly (readonly Lane[])[] => pairs.flat().map((lane) => [lane]);

/** One pair after the other: eight cold starts at once are too much for a busy machine. */
async function openPairs(contestant: Contestant, offers: PayloadMix, answers: PayloadMix) {
  const pairs: (readonly [Lane, Lane])[] = [];
  for (let index = 0; index < warmUpPairs; index += 1) {
    const [first, second] = await contestant.openPair(index);
    const framesOf = (end: typeof first, { payloads }: PayloadMix) =>
      payloads.map((payload) => ({
        text: end.frame(payload),
        payload: payload.messagePayload,
        leads: payload.kind === "description",
      }));
    pairs.push([
      new Lane(first.peer, second.peer, framesOf(first, offers)),
      new Lane(second.peer, first.peer, framesOf(second, answers)),
    ]);
  }
  return pairs;
}

/** Milliseconds of its server's process. */
const cpuOf = ({ contestant: { child, process } }: Entrant): number | undefined =>
  processUse(child.group, process)?.cpuMilliseconds;

const framesOf = ({ rounds }: Entrant): number =>
  rounds.reduce((sum, { latency, throughput }) => sum + latency.frames + throughput.frames, 0);
