import type { Pair } from "../../../functions/signaling/negotiation.ts";
import type { PairRow } from "../../../functions/signaling/pair-row.ts";
import { endLease, isOfferInFlight, newPair } from "../../../functions/signaling/pair-state.ts";
import { mostWaiting } from "../../../functions/signaling/pair-update.ts";
import type { Pairs } from "../../../functions/signaling/pairs.ts";

interface StoredRow extends PairRow {
  /** Epoch second up to which the index tells a recipient that something waits. */
  readonly until: number | undefined;
  /** Epoch second at which the sweeper finds it. */
  readonly dueAt: number | undefined;
}

const keyOf = ({ recipient, sender }: Pair) => `${recipient}<${sender}`;
const second = (milliseconds: number) => Math.ceil(milliseconds / 1000);

/**
 * The pairs table in memory. Each call takes effect at one moment, after its `turn`. A write whose answer is lost
 * is sent again, as the SDK's caller does: then it finds its own change.
 */
export function memoryPairs(
  turn: (what: string) => Promise<void> = async () => {},
  answerLost: () => boolean = () => false,
) {
  const rows = new Map<string, StoredRow>();
  const stored = (pair: Pair): StoredRow =>
    rows.get(keyOf(pair)) ?? { version: 0, state: newPair, waiting: [], until: undefined, dueAt: undefined };
  const rowOf = (pair: Pair): PairRow => {
    const { version, state, waiting } = stored(pair);
    return { version, state, waiting };
  };
  const written = (pair: Pair) => ({ kind: "written", row: rowOf(pair) }) as const;
  const changed = (pair: Pair) => ({ kind: "changed", row: rowOf(pair) }) as const;
  const pairs: Pairs = {
    read: async (pair) => {
      await turn("read");
      return rowOf(pair);
    },

    write: async (pair, before, { state: after, waiting, releases = false }) => {
      await turn("write");
      const row = stored(pair);
      const state = releases && row.waiting.length === 0 ? endLease(after, after.lease?.holder ?? "") : after;
      if (row.version !== before.version) return changed(pair);
      if (waiting && before.waiting.length !== row.waiting.length) return changed(pair);
      const ends = (waiting ?? []).map(({ expiresAt }) => second(expiresAt));
      const untils = [...ends, ...(state.offer ? [second(state.offer.expiresAt)] : [])];
      const leaseEnd = isOfferInFlight(state) ? second(state.lease?.until ?? 0) : undefined;
      rows.set(keyOf(pair), {
        version: row.version + 1,
        state,
        waiting: waiting ?? row.waiting,
        until: waiting
          ? untils.length > 0
            ? Math.max(...untils)
            : undefined
          : releases && state.offer
            ? second(state.offer.expiresAt)
            : (row.until ?? leaseEnd),
        dueAt: waiting ? (ends.length > 0 ? Math.min(...ends) : undefined) : row.dueAt,
      });
      return answerLost() ? changed(pair) : written(pair);
    },

    append: async (pair, before, frame) => {
      await turn("append");
      const row = stored(pair);
      if (row.version !== before.version || row.waiting.length >= mostWaiting) return changed(pair);
      const waiting = [...row.waiting, frame, ...(answerLost() ? [frame] : [])];
      rows.set(keyOf(pair), {
        ...row,
        waiting,
        until: second(frame.expiresAt),
        dueAt: row.dueAt ?? second(frame.expiresAt),
      });
      return written(pair);
    },

    waitingFor: async (recipient, now) => {
      await turn("waitingFor");
      const waits = ({ until }: StoredRow) => until !== undefined && until > Math.floor(now / 1000);
      return entries()
        .filter(({ pair, row }) => pair.recipient === recipient && waits(row))
        .map(({ pair: { sender }, row }) => ({ sender, frames: row.waiting.length }));
    },
  };
  const entries = (): readonly { readonly pair: Pair; readonly row: StoredRow }[] =>
    [...rows].map(([key, row]) => {
      const [recipient = "", sender = ""] = key.split("<");
      return { pair: { recipient, sender }, row };
    });
  return {
    pairs,
    rowOf,
    /** Every frame that waits, in any row. */
    waiting: () => entries().flatMap(({ row }) => row.waiting),
    /** The pairs that the sweeper finds at `now` (epoch ms). */
    due: (now: number): readonly Pair[] =>
      entries()
        .filter(({ row }) => row.dueAt !== undefined && row.dueAt <= Math.floor(now / 1000))
        .map(({ pair }) => pair),
  };
}
