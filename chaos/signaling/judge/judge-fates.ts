import type { AnswerRecord, FrameRecord, Moment, ReportRecord } from "../ledger.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { lossWindow, wasAway } from "./loss-windows.ts";
import { firstSend, lastSend, mayHaveTimedOut } from "./sent-order.ts";
import type { Violation } from "./violation.ts";

/** What became of a frame. Each has exactly one. */
export const fates = [
  "received",
  "superseded",
  "expired",
  "unknown",
  "undeliverable",
  "refused",
  "lost in a half-open connection",
  "lost in a connection that ended just then",
  "unreported, sender gone",
  "unanswered",
  "without correlation id, not received",
  "acknowledgement",
  "lost",
] as const;

export type Fate = (typeof fates)[number];

const refusals = new Set(["mailbox_full", "too_fast", "delivery_unavailable"]);
const ended = new Set<string>(["superseded", "expired", "unknown", "undeliverable"]);
/** Milliseconds in which a report comes, also when some calls for it fail. */
const reportMs = 2_500;
/** Ends after which nothing may arrive. Of what is `unknown`, nobody knows. */
const final = new Set<string>(["superseded", "expired", "undeliverable"]);

export interface Fates {
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<Fate, number>>;
  /** Received after all, though it was refused or ended: an ambiguous answer's doing. */
  readonly receivedAfterEnd: number;
  /** Queued and received, and no report came, which a kill or an ended connection excuses. */
  readonly receivedUnreported: number;
}

/** That every accepted frame arrived or had its end reported, and that ends are ends. */
export function judgeFates(index: LedgerIndex): Fates {
  const counts = Object.fromEntries(fates.map((fate) => [fate, 0])) as Record<Fate, number>;
  const violations: Violation[] = [];
  let receivedAfterEnd = 0;
  let receivedUnreported = 0;
  for (const frame of index.ledger.frames) {
    const fate = fateOf(index, frame);
    counts[fate] += 1;
    if (fate === "lost") {
      const says = `${lossOf(index, frame)}, and it did not arrive, nor was an end reported.`;
      violations.push({ promise: "nothing lost", says, frames: [frame.id] });
    }
    if (fate === "received") {
      const end = endBeforeArrival(index, frame);
      if (end !== undefined && !mayBeAmbiguous(index, frame, end)) {
        const says = `It was told ${end.code}, and arrived all the same.`;
        violations.push({ promise: "ends are ends", says, frames: [frame.id] });
      } else if (end !== undefined) receivedAfterEnd += 1;
      if (isUnreported(index, frame)) {
        if (isExcusedReport(index, frame)) receivedUnreported += 1;
        else {
          const says = "It was queued and arrived, and no report said so.";
          violations.push({ promise: "nothing lost", says, frames: [frame.id] });
        }
      }
    }
    violations.push(...contradiction(index, frame));
  }
  return { violations, counts, receivedAfterEnd, receivedUnreported };
}

function fateOf(index: LedgerIndex, frame: FrameRecord): Fate {
  if (frame.kind === "ACK") return "acknowledgement";
  if (index.receiptsOf(frame).length > 0) return "received";
  if (frame.correlationId === undefined) return "without correlation id, not received";
  const answers = index.answersTo(frame);
  const reports = index.reportsOf(frame);
  const told = [...answers, ...reports].filter(({ code }) => code === "delivered").at(-1);
  const end = [...answers, ...reports].find(({ code }) => ended.has(code));
  // An offer is kept after its delivery, and may yet have another end.
  if (end && isEnd(end.code)) return end.code;
  if (told) {
    const lostIn = lossWindow(index, frame, told);
    if (lostIn === "half-open") return "lost in a half-open connection";
    return lostIn === "closing" ? "lost in a connection that ended just then" : "lost";
  }
  if (answers.some(({ code }) => code === "queued")) {
    const isExcused = wasAway(index, index.senderOf(frame), firstSend(frame));
    return isExcused ? "unreported, sender gone" : "lost";
  }
  if (answers.length < frame.sends.length) return "unanswered";
  return answers.some(({ code }) => refusals.has(code)) ? "refused" : "lost";
}

const isEnd = (code: string): code is "superseded" | "expired" | "unknown" | "undeliverable" =>
  ended.has(code);

function lossOf(index: LedgerIndex, frame: FrameRecord): string {
  const codes = [...index.answersTo(frame), ...index.reportsOf(frame)].map(({ code }) => code);
  return `It was answered ${codes.join(", ")}`;
}

type End = AnswerRecord | ReportRecord;

const mayBeAmbiguous = (index: LedgerIndex, frame: FrameRecord, told: Moment): boolean =>
  index.ledger.ambiguous || mayHaveTimedOut(index, frame, told);

/** What it was told when it was sent for the last time, or reported, that should have kept it from arriving. */
function endBeforeArrival(index: LedgerIndex, frame: FrameRecord): End | undefined {
  const answers = index.answersTo(frame);
  if (answers.some(({ code }) => code === "delivered")) return undefined;
  if (index.reportsOf(frame).some(({ code }) => code === "delivered")) return undefined;
  const report = index.reportsOf(frame).find(({ code }) => final.has(code));
  if (report) return report;
  // An unanswered send may have done it.
  if (answers.length < frame.sends.length || answers.some(({ code }) => code === "queued")) return undefined;
  return answers.find(({ code }) => final.has(code) || refusals.has(code));
}

const isUnreported = (index: LedgerIndex, frame: FrameRecord): boolean =>
  lastAnswer(index, frame) === "queued" && index.reportsOf(frame).length === 0;

/** Whoever should have told it died, or its sender was not there to hear it. */
function isExcusedReport(index: LedgerIndex, frame: FrameRecord): boolean {
  const arrival = index.receiptsOf(frame)[0]?.record;
  if (!arrival || index.isSlow) return true;
  const { real } = arrival;
  const killed = index.ledger.kills.some(
    (kill) => kill.real > firstSend(frame).real && kill.real < real + reportMs,
  );
  return killed || wasAway(index, index.senderOf(frame), arrival, real + reportMs);
}

function lastAnswer(index: LedgerIndex, frame: FrameRecord): string | undefined {
  const since: Moment = lastSend(frame);
  return index.answersTo(frame).findLast(({ order }) => order > since.order)?.code;
}

/** Two reports of different ends. */
function contradiction(index: LedgerIndex, frame: FrameRecord): Violation[] {
  const codes = new Set(index.reportsOf(frame).map(({ code }) => code));
  // Left by a write whose answer was lost, it may have been passed on before it is left once more.
  const isPlain = frame.kind === "ICE_CANDIDATE" && frame.seq === undefined;
  if (codes.size < 2 || (index.ledger.ambiguous && isPlain && codes.has("delivered"))) return [];
  const says = `Its end was reported as ${[...codes].join(" and as ")}.`;
  return [{ promise: "known codes", says, frames: [frame.id] }];
}
