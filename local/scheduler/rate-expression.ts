const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * The period of `rate(value unit)` in milliseconds: a positive integer, and minute, hour or day, in
 * singular or plural. `undefined` for any other expression
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based).
 */
export function periodOf(expression: string): number | undefined {
  const [, value, unit] = /^rate\(\s*([1-9]\d{0,8})\s+(minute|hour|day)s?\s*\)$/.exec(expression) ?? [];
  return unit === undefined ? undefined : Number(value) * units[unit as keyof typeof units];
}
