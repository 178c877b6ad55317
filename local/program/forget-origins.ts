import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

const require = createRequire(import.meta.url);

/**
 * Has Pulumi not look up from which line each resource and each promise came. It tells the engine of the first, and
 * the second when the process ends too early: here there is no engine, and the parent sees an early end. Nothing else
 * changes. A fifth of an evaluation. Call it before the program is imported.
 */
export function forgetOrigins(): void {
  Object.assign(pulumi.Resource, { stackTrace: () => [] });
  const promises = require("@pulumi/pulumi/runtime/debuggable.js");
  promises.debuggablePromise = <T>(promise: Promise<T>): Promise<T> => promise;
}
