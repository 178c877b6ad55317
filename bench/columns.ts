/** Rows as lines: the first column to the left, the others to the right. The first row sets how many columns there are. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

export const whole = (value: number): string => Math.round(value).toLocaleString("en");
export const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;
