/** Tells the bench in one line of JSON that this server is ready, and resolves when it is to end. */
export async function untilInterrupted(ready: Readonly<Record<string, unknown>>): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  // Keeps the process alive, and ends it when the bench is gone without a word.
  process.stdin.resume().once("end", () => process.kill(process.pid, "SIGINT"));
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  await interrupted;
  process.stdin.destroy();
}
