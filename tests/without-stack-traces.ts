/**
 * Runs a Pulumi program. Pulumi keeps a stack trace with each resource and each promise, and Jest looks up the source of
 * every frame, which takes a quarter of the time. An error of the program keeps its message.
 */
export async function withoutStackTraces<T>(run: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
