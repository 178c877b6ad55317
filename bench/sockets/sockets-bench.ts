import type { WebSocket } from "ws";
import { bench } from "../bench.ts";
import { BenchError } from "../bench-error.ts";
import { loadNow, machine } from "../machine.ts";
import { residentMemory } from "../resident-memory.ts";
import {
  type Contender,
  startBareWsContender,
  startPeerJsContender,
  startSynapseContender,
} from "./contenders.ts";
import { type Accepted, type SocketsReport, socketFigures, socketsTable } from "./sockets-report.ts";
import { socketsProblem, sourceAddress } from "./source-address.ts";

const instances = 8;
/** Half the instances, since one is busy a little longer than its handshake takes. */
const inFlight = 4;
const warmUpSockets = 200;
/** Proofs live for 60 seconds, so they are fetched for some sockets at a time. */
const batch = 500;
/** Milliseconds without traffic before memory is read. */
const rest = 2_000;

/** One contender after the other, each in a process of its own that has ended before the next begins. */
export const sockets = bench({
  description: "Memory of an idle socket and time to accept it, beside PeerJS and a bare `ws` server",
  options: {
    sockets: { meaning: "Idle sockets of each.", standard: 10_000, least: 10, most: 200_000 },
  },
  run: async ({ sockets: count }, tell): Promise<SocketsReport> => {
    const problem = socketsProblem(count, openFilesLimit(), process.platform);
    if (problem !== undefined) throw new BenchError(problem);
    const loadBefore = loadNow();
    const proofs = { seconds: 0, throttled: 0 };
    const contenders = [];
    for (const start of [
      () => startSynapseContender(instances),
      startPeerJsContender,
      startBareWsContender,
    ]) {
      const contender = await start();
      const progress = (opened: number) => tell(`${contender.name}: ${opened} of ${count}`);
      contenders.push(socketFigures(await accept(contender, count, proofs, progress)));
      await contender.child.stop();
    }
    return { bench: "sockets", machine: machine(loadBefore), sockets: count, inFlight, contenders, proofs };
  },
  table: socketsTable,
});

interface ProofTimes {
  seconds: number;
  throttled: number;
}

async function accept(
  contender: Contender,
  count: number,
  proofs: ProofTimes,
  progress: (opened: number) => void,
): Promise<Accepted> {
  const resident = () => residentMemory(contender.child.group, contender.process);
  const warmUp = await openBatch(contender, count, Math.min(warmUpSockets, count), {
    seconds: 0,
    throttled: 0,
  });
  for (const socket of warmUp.opened) socket.close();
  await pause(rest);
  const before = resident();

  const [opened, handshakes]: [WebSocket[], number[]] = [[], []];
  let [seconds, refused] = [0, 0];
  for (let first = 0; first < count; first += batch) {
    const one = await openBatch(contender, first, Math.min(batch, count - first), proofs);
    opened.push(...one.opened);
    handshakes.push(...one.handshakes);
    seconds += one.seconds;
    refused += one.refused;
    if ((first + batch) % 2_000 === 0) progress(opened.length);
  }
  await pause(rest);
  const after = resident();
  const lost = opened.filter(({ readyState, OPEN }) => readyState !== OPEN).length;
  if (lost > 0) throw new Error(`${contender.name} closed ${lost} idle sockets`);
  for (const socket of opened) socket.terminate();
  return {
    name: contender.name,
    handshakes,
    seconds,
    refused,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

async function openBatch(contender: Contender, first: number, count: number, proofs: ProofTimes) {
  const proofsBegan = performance.now();
  const urls = await contender.prepare(first, count, () => {
    proofs.throttled += 1;
    return pause(50);
  });
  if (contender.name === "Synapse-D") proofs.seconds += (performance.now() - proofsBegan) / 1000;

  const [opened, handshakes]: [WebSocket[], number[]] = [[], []];
  let refused = 0;
  const began = performance.now();
  const lanes = Array.from({ length: inFlight }, async (_, lane) => {
    for (let index = lane; index < count; index += inFlight) {
      for (;;) {
        const handshakeBegan = performance.now();
        try {
          opened.push(await contender.open(urls[index] ?? "", sourceAddress(first + index)));
          handshakes.push(performance.now() - handshakeBegan);
          break;
        } catch (error) {
          // A throttled handshake has not used its proof; one that fails over and over is a fault.
          refused += 1;
          if (refused > count) throw error;
          await pause(50);
        }
      }
    }
  });
  await Promise.all(lanes);
  return { opened, handshakes, refused, seconds: (performance.now() - began) / 1000 };
}

/** Node raises it to the hard limit when it starts, for its children too. */
function openFilesLimit(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
