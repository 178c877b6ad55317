import { columns, milliseconds } from "../columns.ts";
import { type Machine, machineLine } from "../machine.ts";
import { median, percentile } from "../percentile.ts";
import type { CallsPerFrame } from "../relay/calls.ts";
import type { SessionTimes } from "./page/session.ts";

/** Milliseconds over the sessions, nearest rank. */
export interface SetupFigures {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  /** Median of the time until both sockets were open, and from then on. */
  readonly sockets: number;
  readonly negotiation: number;
}

export interface SetupReport {
  readonly bench: "setup";
  readonly machine: Machine;
  readonly browser: string;
  readonly sessions: number;
  readonly synapse: SetupFigures;
  readonly peerJs: SetupFigures;
  /** The medians' difference, in milliseconds: Synapse-D less PeerJS. */
  readonly difference: number;
  /** AWS calls of one session, by role, without those of its proofs. */
  readonly callsPerSession: readonly CallsPerFrame[];
  /** Instances that were started while it was measured; 0 when all were warm. */
  readonly instancesStarted: number;
}

/** Milliseconds that the median may be over PeerJS's. */
const budget = 15;

/** Throws when there was no session. */
export function setupFigures(sessions: readonly SessionTimes[]): SetupFigures {
  const channel = sessions.map((times) => times.channel);
  return {
    median: present(median(channel)),
    p90: present(percentile(channel, 90)),
    p99: present(percentile(channel, 99)),
    sockets: present(median(sessions.map(({ sockets }) => sockets))),
    negotiation: present(median(sessions.map(({ sockets, channel }) => channel - sockets))),
  };
}

/** What a person reads. */
export function setupTable(report: SetupReport): string {
  const { machine, browser, sessions, difference, callsPerSession, instancesStarted } = report;
  const row = (name: string, figures: SetupFigures) => [
    name,
    ...[figures.median, figures.p90, figures.p99, figures.sockets, figures.negotiation].map(milliseconds),
  ];
  const calls = callsPerSession.reduce((sum, one) => sum + one.calls, 0);
  return [
    `setup: ${sessions} sessions of each, in turn, from joining to a data channel that is open at both ends.`,
    machineLine(machine),
    `Chromium ${browser}, both peers in one page, host candidates only.`,
    "",
    ...columns([
      ["", "median", "p90", "p99", "to sockets", "from there"],
      row("Synapse-D", report.synapse),
      row("PeerJS 1.0.2", report.peerJs),
    ]),
    "",
    `The medians differ by ${signed(difference)} ms; the budget is +${budget} ms.`,
    `AWS calls of a session, counted, without its proofs: ${calls.toFixed(1)}. Instances started meanwhile: ${instancesStarted}.`,
  ].join("\n");
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;

function present(value: number | undefined): number {
  if (value === undefined) throw new Error("there was no session, so nothing can be said");
  return value;
}
