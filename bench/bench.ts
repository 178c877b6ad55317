/** An option that is given as `--name N`. */
export interface NumberOption {
  /** One line for a person. */
  readonly meaning: string;
  readonly standard: number;
  readonly least: number;
  readonly most: number;
  /** Decimal places that the number may have; without it, it is whole. */
  readonly decimals?: number;
}

/** What a bench measured: for programs, and for people. */
export interface BenchResult {
  readonly report: object;
  readonly table: string;
}

type Tell = (progress: string) => void;

/** A bench as `npm run bench` knows it. */
export interface Bench {
  /** What it measures, and beside what. */
  readonly description: string;
  readonly options: Readonly<Record<string, NumberOption>>;
  /** `tell` hears what is going on. */
  run(options: Readonly<Record<string, number>>, tell: Tell): Promise<BenchResult>;
}

/** A bench whose `run` gets exactly the options that it declares. */
export function bench<Report extends object, Name extends string>(definition: {
  readonly description: string;
  readonly options: Readonly<Record<Name, NumberOption>>;
  run(options: Readonly<Record<Name, number>>, tell: Tell): Promise<Report>;
  table(report: Report): string;
}): Bench {
  const { description, options, run, table } = definition;
  return {
    description,
    options,
    run: async (given, tell) => {
      const report = await run(given as Readonly<Record<Name, number>>, tell);
      return { report, table: table(report) };
    },
  };
}
