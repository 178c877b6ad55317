/** Why a bench cannot run here, in one sentence that says what to do. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
