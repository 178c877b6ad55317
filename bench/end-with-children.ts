import { childrenRunning, endChildren } from "./child.ts";

/**
 * Does work that has child processes, and ends this process with the code that the work returns. They are ended
 * first: what does not end within 2.5 s is killed on exit. Interrupted, it ends them under the work, and itself
 * with 130; what the work throws then is no fault of its own.
 */
export async function endWithChildren(
  work: (isInterrupted: () => boolean) => Promise<number>,
): Promise<never> {
  let interrupted = false;
  process.on("exit", () => endChildren("SIGKILL"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted = true;
      endChildren("SIGINT");
      setTimeout(() => process.exit(130), 3_000).unref();
    });
  }
  let code = 0;
  try {
    code = await work(() => interrupted);
  } catch (error) {
    if (!interrupted) throw error;
  } finally {
    await endAll();
  }
  process.exit(interrupted ? 130 : code);
}

async function endAll(): Promise<void> {
  endChildren("SIGINT");
  const began = performance.now();
  while (childrenRunning() > 0 && performance.now() - began < 2_500) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
