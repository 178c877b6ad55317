const shown = 5;

interface Told {
  readonly promise: string;
  readonly wave: string;
  readonly says: string;
  readonly story: readonly string[];
}

/** How many violations there are of each promise, and the first of each in full. */
export function violationLines(
  promises: Readonly<Record<string, string>>,
  violations: readonly Told[],
): string[] {
  if (violations.length === 0) return ["No promise was broken."];
  const byPromise = Object.groupBy(violations, ({ promise }) => promise);
  return [
    `${violations.length} violations:`,
    ...Object.entries(byPromise).map(
      ([promise, some = []]) => `  ${String(some.length).padStart(4)}  ${promise}: ${promises[promise]}`,
    ),
    ...Object.values(byPromise).flatMap((some = []) =>
      some
        .slice(0, shown)
        .flatMap(({ promise, wave, says, story }) => [
          "",
          `${promise}, in ${wave}: ${says}`,
          ...story.map((line) => `  ${line}`),
        ]),
    ),
  ];
}
