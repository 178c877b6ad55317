import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

export interface ChaosOptions {
  readonly run: string;
  /** Negotiations or customers, by the run. */
  readonly count: number;
  readonly seed: number;
  /** One line of JSON on stdout instead of a table. */
  readonly json: boolean;
  /** A folder for the ledgers in which a promise is broken. */
  readonly ledgers: string | undefined;
}

export interface ChaosRun {
  /** What it does, in one line. */
  readonly what: string;
  /** The option that says how many. */
  readonly counts: "negotiations" | "subscriptions";
}

export type ParsedChaosArguments =
  | { readonly kind: "run"; readonly options: ChaosOptions }
  | { readonly kind: "list"; readonly text: string }
  | { readonly kind: "refused"; readonly message: string };

/**
 * Reads the arguments after `npm run chaos --`. `runs` are those that are known; without a name, they
 * are listed. Without `--seed` one is drawn. A refusal says what was wrong and what was expected.
 */
export function parseChaosArguments(
  args: readonly string[],
  runs: Readonly<Record<string, ChaosRun>>,
  drawSeed: () => number = () => randomInt(1_000_000_000),
): ParsedChaosArguments {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const [run, ...more] = positionals;
  if (run === undefined || values.help) return { kind: "list", text: listing(runs) };
  const known = Object.hasOwn(runs, run) ? runs[run] : undefined;
  if (!known) {
    return refused(`There is no chaos run "${run}"; expected ${Object.keys(runs).join(" or ")}.`);
  }
  if (more.length > 0) return refused(`One run at a time; "${more[0]}" is too much.`);
  const { counts } = known;
  const foreign = (["negotiations", "subscriptions"] as const).find(
    (name) => name !== counts && values[name] !== undefined,
  );
  if (foreign) return refused(`--${foreign} is none of ${run}; expected --${counts}.`);
  const { [counts]: count = "2000", seed = String(drawSeed()) } = values;
  if (!/^\d{1,7}$/.test(count) || Number(count) < 1) {
    return refused(`--${counts} is "${count}"; expected a whole number from 1 to 9999999.`);
  }
  if (!/^\d{1,9}$/.test(seed)) {
    return refused(`--seed is "${seed}"; expected a whole number of up to 9 digits.`);
  }
  const options = {
    run,
    count: Number(count),
    seed: Number(seed),
    json: values.json ?? false,
    ledgers: values.ledgers,
  };
  return { kind: "run", options };
}

const read = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      negotiations: { type: "string" },
      subscriptions: { type: "string" },
      seed: { type: "string" },
      json: { type: "boolean" },
      ledgers: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });

function listing(runs: Readonly<Record<string, ChaosRun>>): string {
  const width = Math.max(...Object.keys(runs).map((name) => name.length));
  return [
    "npm run chaos -- NAME [--negotiations N | --subscriptions N] [--seed S] [--json] [--ledgers DIR]",
    "",
    ...Object.entries(runs).map(([name, { what }]) => `  ${name.padEnd(width)}  ${what}`),
    "",
    "  --negotiations N  How many, of signaling. Default 2000.",
    "  --subscriptions N How many customers, of billing. Default 2000.",
    "  --seed S          Repeats who does what in which order, and which calls fail. Drawn without it.",
    "  --json            One line of JSON instead of a table. With `npm run --silent`, nothing else on stdout.",
    "  --ledgers DIR     Write each ledger in which a promise is broken there, as JSON.",
    "",
  ].join("\n");
}

function refused(message: string): ParsedChaosArguments {
  return { kind: "refused", message };
}
