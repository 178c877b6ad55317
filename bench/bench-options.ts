import { parseArgs } from "node:util";
import type { Bench, NumberOption } from "./bench.ts";

export interface BenchOptions {
  readonly bench: string;
  /** One line of JSON on stdout instead of a table. */
  readonly json: boolean;
  /** A value for each option of the bench. */
  readonly values: Readonly<Record<string, number>>;
}

export type ParsedBenchArguments =
  | { readonly kind: "run"; readonly options: BenchOptions }
  | { readonly kind: "list"; readonly text: string }
  | { readonly kind: "refused"; readonly message: string };

/** What the arguments need to know of a bench. */
export type Benches = Readonly<Record<string, Pick<Bench, "description" | "options">>>;

/**
 * Reads the arguments after `npm run bench --`: a bench, then its options. Without a name, or with
 * `--help`, they are listed. A refusal says what was wrong and what was expected.
 */
export function parseBenchArguments(args: readonly string[], benches: Benches): ParsedBenchArguments {
  const [name, ...rest] = args;
  if (name === undefined || args.includes("--help") || args.includes("-h")) {
    return { kind: "list", text: listing(benches) };
  }
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!bench) return refused(`There is no bench "${name}"; expected ${oneOf(Object.keys(benches))}.`);
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: rest,
      allowPositionals: true,
      options: {
        ...Object.fromEntries(Object.keys(bench.options).map((option) => [option, { type: "string" }])),
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  if (parsed.positionals.length > 0) {
    return refused(`One bench at a time; "${parsed.positionals[0]}" is too much.`);
  }
  const values: Record<string, number> = {};
  for (const [option, definition] of Object.entries(bench.options)) {
    const text = parsed.values[option] ?? String(definition.standard);
    const value = numberIn(String(text), definition);
    if (value === undefined) return refused(`--${option} is "${text}"; expected ${range(definition)}.`);
    values[option] = value;
  }
  return { kind: "run", options: { bench: name, json: parsed.values.json === true, values } };
}

function numberIn(text: string, { least, most, decimals = 0 }: NumberOption): number | undefined {
  const form = decimals === 0 ? /^\d{1,9}$/ : new RegExp(`^\\d{1,9}(\\.\\d{1,${decimals}})?$`);
  const value = Number(text);
  return form.test(text) && value >= least && value <= most ? value : undefined;
}

const range = ({ least, most, decimals = 0 }: NumberOption): string =>
  `a ${decimals === 0 ? "whole number" : "number"} from ${least} to ${most}`;

function listing(benches: Benches): string {
  const options = Object.values(benches).flatMap((bench) => Object.keys(bench.options));
  const width = Math.max(...options.map((option) => option.length));
  return [
    "npm run bench -- NAME [options]",
    "",
    ...Object.entries(benches).flatMap(([name, bench]) => [
      `  ${name}`,
      `    ${bench.description}`,
      ...Object.entries(bench.options).map(
        ([option, definition]) =>
          `      --${option.padEnd(width)} N  ${definition.meaning} ${sentence(range(definition))} Default ${definition.standard}.`,
      ),
      "",
    ]),
    "  --json  One line of JSON instead of a table. With `npm run --silent`, nothing else on stdout.",
    "",
  ].join("\n");
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

const oneOf = (names: readonly string[]): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" or ");

function refused(message: string): ParsedBenchArguments {
  return { kind: "refused", message };
}
