import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<{ count: number }>();

/** Runs the work and counts the AWS requests it sends, retries included, into `counter`. */
export const countingAwsCalls = <T>(counter: { count: number }, work: () => T): T =>
  current.run(counter, work);

/** One AWS request is about to be sent. */
export function countAwsCall(): void {
  const counter = current.getStore();
  if (counter) counter.count += 1;
}
