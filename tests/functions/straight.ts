import type { Resilient } from "../../functions/shared/resilience.ts";

/** Calls once and passes on what happens. */
export const straight: Resilient = (call) => call(new AbortController().signal);
