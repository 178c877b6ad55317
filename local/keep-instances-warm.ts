import { setFlagsFromString } from "node:v8";

/**
 * Has V8 do no work of its own in threads that are started from now on and have nothing to do. A second after an
 * invocation its memory reducer would collect garbage, and drop code that it had compiled; Lambda freezes an instance
 * that is idle (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html), so nothing of the kind
 * happens there. Threads that run already, and this one, keep theirs.
 */
export function keepInstancesWarm(): void {
  setFlagsFromString("--no-memory-reducer");
}
