import { columns, milliseconds, whole } from "../columns.ts";
import { type Machine, machineLine } from "../machine.ts";
import { median, percentile } from "../percentile.ts";

/** What one contestant did with its sockets. */
export interface Accepted {
  readonly name: string;
  /** Milliseconds of each handshake that was accepted. */
  readonly handshakes: readonly number[];
  /** Seconds in which handshakes were under way. */
  readonly seconds: number;
  /** Handshakes that were refused, and tried again. */
  readonly refused: number;
  /** Resident bytes with the warm-up's sockets closed again, and with all open; absent when not found. */
  readonly before?: number;
  readonly after?: number;
}

export interface SocketFigures {
  readonly name: string;
  readonly perSecond: number;
  readonly median: number;
  readonly p99: number;
  readonly refused: number;
  readonly before?: number;
  readonly after?: number;
  /** Bytes. */
  readonly perSocket?: number;
}

export interface SocketsReport {
  readonly bench: "sockets";
  readonly machine: Machine;
  readonly sockets: number;
  readonly inFlight: number;
  readonly contestants: readonly SocketFigures[];
  readonly proofs: { readonly seconds: number; readonly waits: number };
}

/** Throws when nothing was accepted. */
export function socketFigures(accepted: Accepted): SocketFigures {
  const { name, handshakes, seconds, refused, before, after } = accepted;
  const [middle, p99] = [median(handshakes), percentile(handshakes, 99)];
  if (middle === undefined || p99 === undefined) throw new Error(`${name} accepted no socket`);
  return {
    name,
    perSecond: handshakes.length / seconds,
    median: middle,
    p99,
    refused,
    ...(before !== undefined &&
      after !== undefined && { before, after, perSocket: (after - before) / handshakes.length }),
  };
}

/** What a person reads. */
export function socketsTable({ machine, sockets, inFlight, contestants, proofs }: SocketsReport): string {
  return [
    `sockets: ${whole(sockets)} idle sockets of each, ${inFlight} handshakes at once.`,
    machineLine(machine),
    "",
    ...columns([
      ["", "accepted/s", "median", "p99", "refused", "before", "with all", "a socket"],
      ...contestants.map((one) => [
        one.name,
        whole(one.perSecond),
        milliseconds(one.median),
        milliseconds(one.p99),
        whole(one.refused),
        megabytes(one.before),
        megabytes(one.after),
        one.perSocket === undefined ? "unknown" : `${(one.perSocket / 1000).toFixed(1)} KB`,
      ]),
    ]),
    "",
    "Memory is resident, of the server's one process. Synapse-D's holds what AWS keeps elsewhere too: for each",
    "socket a row of proofs, claims and peers with its index entry, and log lines up to their limit.",
    `Proofs, fetched before and not part of it: ${proofs.seconds.toFixed(0)} s, ${whole(sockets / proofs.seconds)} a second, told to wait ${whole(proofs.waits)} times.`,
  ].join("\n");
}

const megabytes = (bytes: number | undefined): string =>
  bytes === undefined ? "unknown" : `${Math.round(bytes / 1_000_000)} MB`;
