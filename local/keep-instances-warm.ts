import { setFlagsFromString } from "node:v8";

/**
 * Has V8 do no work of its own in threads that are started from now on and have nothing to do. Its memory reducer would
 * collect garbage some seconds after the last collection, and drop code that it had compiled; Lambda freezes an instance
 * that is idle (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html), so nothing of the kind
 * happens there. Threads that run already, and this one, keep theirs.
 */
export function keepInstancesWarm(): void {
  setFlagsFromString("--no-memory-reducer");
}
