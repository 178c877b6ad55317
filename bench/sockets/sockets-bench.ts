import type { WebSocket } from "ws";
import { bench } from "../bench.ts";
import { BenchError } from "../bench-error.ts";
import { loadNow, machine } from "../machine.ts";
import { processUse } from "../process-use.ts";
import { type Contestant, startBareWs, startPeerJs, startSynapseWithProofs } from "./contestants.ts";
import {
  type Accepted,
  type SocketFigures,
  type SocketsReport,
  socketFigures,
  socketsTable,
} from "./sockets-report.ts";
import { socketsProblem, sourceAddress } from "./source-address.ts";

const instances = 8;
/** Half the instances, since one is busy a little longer than its handshake takes. */
const inFlight = 4;
const warmUpSockets = 200;
/** Proofs live for 60 seconds, so they are fetched for some sockets at a time. */
const batch = 500;
/** Milliseconds without traffic before memory is read. */
const rest = 2_000;

/** One contestant after the other, each in a process of its own that has ended before the next begins. */
export const sockets = bench({
  description: "Memory of an idle socket and time to accept it, beside PeerJS and a bare `ws` server",
  options: {
    sockets: { meaning: "Idle sockets of each.", standard: 10_000, least: 10, most: 200_000 },
  },
  run: async ({ sockets: count }, tell): Promise<SocketsReport> => {
    const problem = socketsProblem(count, openFilesLimit(), process.platform);
    if (problem !== undefined) throw new BenchError(problem);
    const loadBefore = loadNow();
    const contestants: SocketFigures[] = [];
    let proofs: Preparation | undefined;
    for (const start of [() => startSynapseWithProofs(instances), startPeerJs, startBareWs]) {
      const contestant = await start();
      const progress = (opened: number) => tell(`${contestant.name}: ${opened} of ${count}`);
      const { preparation, ...accepted } = await accept(contestant, count, progress);
      contestants.push(socketFigures(accepted));
      // Only the first needs any.
      proofs ??= preparation;
      await contestant.child.stop();
    }
    return {
      bench: "sockets",
      machine: machine(loadBefore),
      sockets: count,
      inFlight,
      contestants,
      proofs: proofs ?? { seconds: 0, waits: 0 },
    };
  },
  table: socketsTable,
});

/** What was done before handshakes, and not measured with them. */
interface Preparation {
  seconds: number;
  waits: number;
}

async function accept(
  contestant: Contestant,
  count: number,
  progress: (opened: number) => void,
): Promise<Accepted & { readonly preparation: Preparation }> {
  const resident = () => processUse(contestant.child.group, contestant.process)?.residentBytes;
  const notCounted: Preparation = { seconds: 0, waits: 0 };
  const warmUp = await openBatch(contestant, count, Math.min(warmUpSockets, count), notCounted);
  for (const socket of warmUp.opened) socket.close();
  await pause(rest);
  const before = resident();

  const preparation: Preparation = { seconds: 0, waits: 0 };
  const [opened, handshakes]: [WebSocket[], number[]] = [[], []];
  let [seconds, refused] = [0, 0];
  for (let first = 0; first < count; first += batch) {
    const one = await openBatch(contestant, first, Math.min(batch, count - first), preparation);
    opened.push(...one.opened);
    handshakes.push(...one.handshakes);
    seconds += one.seconds;
    refused += one.refused;
    if ((first + batch) % 2_000 === 0) progress(opened.length);
  }
  await pause(rest);
  const after = resident();
  const lost = opened.filter(({ readyState, OPEN }) => readyState !== OPEN).length;
  if (lost > 0) throw new Error(`${contestant.name} closed ${lost} idle sockets`);
  for (const socket of opened) socket.terminate();
  return {
    name: contestant.name,
    handshakes,
    seconds,
    refused,
    preparation,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

async function openBatch(contestant: Contestant, first: number, count: number, preparation: Preparation) {
  const prepareBegan = performance.now();
  const slowDown = () => {
    preparation.waits += 1;
    return pause(50);
  };
  const urls = await contestant.prepare(first, count, slowDown);
  preparation.seconds += (performance.now() - prepareBegan) / 1000;

  const [opened, handshakes]: [WebSocket[], number[]] = [[], []];
  let refused = 0;
  const began = performance.now();
  const lanes = Array.from({ length: inFlight }, async (_, lane) => {
    for (let index = lane; index < count; index += inFlight) {
      let url = urls[index];
      for (;;) {
        const handshakeBegan = performance.now();
        try {
          opened.push(await contestant.open(url ?? "", sourceAddress(first + index)));
          handshakes.push(performance.now() - handshakeBegan);
          break;
        } catch (error) {
          // One that is refused over and over is a fault. It may have used its proof up.
          refused += 1;
          if (refused > count) throw error;
          await pause(50);
          [url] = await contestant.prepare(first + index, 1, slowDown);
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
