import { columns, milliseconds, whole } from "../columns.ts";
import { type Machine, machineLine } from "../machine.ts";
import type { CallsPerFrame } from "./calls.ts";
import type { Figures, Ratios } from "./figures.ts";

export interface ContestantReport extends Figures {
  readonly name: string;
  /** Synapse-D's figures divided by this contestant's; absent for Synapse-D itself. */
  readonly synapseBeside?: Ratios;
  /** Absent where there is no AWS to call. */
  readonly callsPerFrame?: readonly CallsPerFrame[];
  /** Microseconds of CPU of its server, in both loops; absent when they cannot be read. */
  readonly cpuPerFrame?: number;
}

export interface RelayReport {
  readonly bench: "relay";
  readonly machine: Machine;
  readonly settings: { readonly rounds: number; readonly seconds: number; readonly candidates: number };
  /** Pairs that were measured. */
  readonly pairs: number;
  /** Bytes of the base64 payloads. */
  readonly payload: { readonly descriptionBytes: number; readonly candidateBytes: number };
  readonly contestants: readonly ContestantReport[];
  /** Bytes, gzip. */
  readonly bundles: Readonly<Record<string, number>>;
  readonly start: {
    readonly readyMilliseconds: number;
    /** Bytes; absent when the process was not found. */
    readonly residentAtReady?: number;
    readonly residentWarm?: number;
    /** Frames that had been relayed when the memory of the warm process was read. */
    readonly warmFrames: number;
    /** Instances alive then, by function name. */
    readonly instances: Readonly<Record<string, number>>;
  };
}

/** Calls a frame. What comes by the clock, as the sweeper does, would read 0.00. */
const rarest = 0.005;

/** What a person reads. */
export function relayTable(report: RelayReport): string {
  const { machine, settings, pairs, payload, contestants, bundles, start } = report;
  const { rounds, seconds, candidates } = settings;
  const instances = Object.entries(start.instances).filter(([, count]) => count > 0);
  return [
    `relay: ${rounds} rounds, in each ${seconds} s for latency and ${seconds} s for frames a second, of each contestant.`,
    machineLine(machine),
    `Payloads: one description (${bytes(payload.descriptionBytes)}), then ${candidates === 1 ? "one candidate" : `${candidates} candidates`} (${bytes(payload.candidateBytes)}).`,
    "",
    ...columns([
      ["", "frames/s", "lowest–highest", "median", "p99", "refused", "calls/frame", "CPU/frame"],
      ...contestants.map((one) => [
        one.name,
        whole(one.framesPerSecond.median),
        `${whole(one.framesPerSecond.lowest)}–${whole(one.framesPerSecond.highest)}`,
        milliseconds(one.latency.median),
        milliseconds(one.latency.p99),
        `${(one.refused * 100).toFixed(1)} %`,
        one.callsPerFrame ? one.callsPerFrame.reduce((sum, { calls }) => sum + calls, 0).toFixed(2) : "–",
        one.cpuPerFrame === undefined ? "–" : `${whole(one.cpuPerFrame)} µs`,
      ]),
    ]),
    "",
    `Frames a second: closed loop, ${pairs * 2} frames in flight (${pairs} pairs, one in each direction).`,
    `Latency: closed loop, ${pairs} frames in flight (one a pair), from sending to arrival.`,
    "",
    ...columns([
      ["Synapse-D beside", "frames/s", "median latency"],
      ...contestants.flatMap(({ name, synapseBeside }) =>
        synapseBeside
          ? [[name, times(synapseBeside.framesPerSecond), times(synapseBeside.medianLatency)]]
          : [],
      ),
    ]),
    "",
    ...columns([
      ["AWS calls a frame", "", ""],
      ...contestants.flatMap(({ callsPerFrame = [] }) =>
        callsPerFrame
          .filter(({ calls }) => calls >= rarest)
          .map(({ role, action, calls }) => [role, action, calls.toFixed(2)]),
      ),
    ]),
    "",
    ...columns([
      ["Bundle", "gzip"],
      ...Object.entries(bundles).map(([name, size]) => [name, `${(size / 1000).toFixed(0)} KB`]),
    ]),
    "",
    `npm start: ready in ${(start.readyMilliseconds / 1000).toFixed(1)} s.`,
    `Resident memory of its node process, worker threads included: ${megabytes(start.residentAtReady)} at ready,`,
    `${megabytes(start.residentWarm)} after ${start.warmFrames} frames with ${instances.map(([name, count]) => `${count} ${name}`).join(", ")}.`,
  ].join("\n");
}

const bytes = (value: number): string => `${whole(value)} bytes`;
const times = (ratio: number): string => `${ratio < 100 ? ratio.toPrecision(2) : whole(ratio)} ×`;
const megabytes = (value: number | undefined): string =>
  value === undefined ? "unknown" : `${Math.round(value / 1_000_000)} MB`;
