import { mostHeld, type PairRow, type Pairs } from "../../../functions/signaling/pairs.ts";

/** The pairs table in memory. Each call takes effect at one moment, after its `turn`. */
export function memoryPairs(turn: () => Promise<void> = async () => {}) {
  const rows = new Map<string, PairRow>();
  const rowOf = (pair: string): PairRow => rows.get(pair) ?? { version: 0, gate: undefined, held: [] };
  const pairs: Pairs = {
    read: async (pair) => {
      await turn();
      return rowOf(pair);
    },
    write: async (pair, version, { gate, held }) => {
      await turn();
      const row = rowOf(pair);
      if (row.version !== version || (held && held.count !== row.held.length)) return "changed";
      const written = { version: version + 1, gate, held: held ? held.rest : row.held };
      rows.set(pair, written);
      return written;
    },
    hold: async (pair, version, candidate) => {
      await turn();
      const row = rowOf(pair);
      if (row.version !== version || row.held.length >= mostHeld) return "changed";
      rows.set(pair, { ...row, held: [...row.held, candidate] });
      return "held";
    },
  };
  return { pairs, rows };
}
