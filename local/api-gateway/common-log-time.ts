/** `$context.requestTime`: the Common Log Format's time in UTC, such as `19/Jan/2023:21:13:26 +0000`. */
export function commonLogTime(epochMilliseconds: number): string {
  const [, day, month, year, time] = new Date(epochMilliseconds).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
