import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly bench: string;
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  /** One line of JSON on stdout instead of a table. */
  readonly json: boolean;
}

export type ParsedBenchArguments =
  | { readonly kind: "run"; readonly options: BenchOptions }
  | { readonly kind: "list"; readonly text: string }
  | { readonly kind: "refused"; readonly message: string };

/**
 * Reads the arguments after `npm run bench --`. `benches` are the known names with what each measures;
 * without a name, they are listed. A refusal says what was wrong and what was expected.
 */
export function parseBenchArguments(
  args: readonly string[],
  benches: Readonly<Record<string, string>>,
): ParsedBenchArguments {
  let parsed: {
    values: { rounds?: string; seconds?: string; json?: boolean; help?: boolean };
    positionals: string[];
  };
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: "string" },
        seconds: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const [bench, ...more] = positionals;
  if (bench === undefined || values.help) return { kind: "list", text: listing(benches) };
  if (!Object.hasOwn(benches, bench)) {
    return refused(`There is no bench "${bench}"; expected ${Object.keys(benches).join(" or ")}.`);
  }
  if (more.length > 0) return refused(`One bench at a time; "${more[0]}" is too much.`);
  const { rounds = "5", seconds = "1.5" } = values;
  if (!/^\d{1,3}$/.test(rounds) || Number(rounds) < 1) {
    return refused(`--rounds is "${rounds}"; expected a whole number from 1 to 999.`);
  }
  if (!/^\d{1,3}(\.\d{1,3})?$/.test(seconds) || Number(seconds) === 0) {
    return refused(`--seconds is "${seconds}"; expected a number over 0 and below 1000.`);
  }
  return {
    kind: "run",
    options: { bench, rounds: Number(rounds), seconds: Number(seconds), json: values.json ?? false },
  };
}

function listing(benches: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(benches).map((name) => name.length));
  return [
    "npm run bench -- NAME [--rounds N] [--seconds S] [--json]",
    "",
    ...Object.entries(benches).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
    "",
    "  --rounds N   Rounds in which all contestants take their turn. Default 5.",
    "  --seconds S  Seconds of each measurement of a round. Default 1.5.",
    "  --json       One line of JSON instead of a table. With `npm run --silent`, nothing else on stdout.",
    "",
  ].join("\n");
}

function refused(message: string): ParsedBenchArguments {
  return { kind: "refused", message };
}
