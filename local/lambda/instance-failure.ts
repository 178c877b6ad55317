import { types } from "node:util";
import type { FunctionFailure } from "./instance-protocol.ts";

/** A failure that names its own type, as Lambda's runtime errors do. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

/** What Lambda's Node runtime answers for a thrown value. */
export function failureOf(thrown: unknown): FunctionFailure {
  if (isError(thrown)) return { errorType: thrown.name, errorMessage: thrown.message };
  return { errorType: typeof thrown, errorMessage: String(thrown) };
}

/** The JSON that Lambda's Node runtime logs for a thrown value. */
export function failureLog(thrown: unknown): string {
  if (!isError(thrown)) return JSON.stringify({ ...failureOf(thrown), trace: [] });
  return JSON.stringify({ ...failureOf(thrown), ...thrown, stack: (thrown.stack ?? "").split("\n") });
}

/** The error of an import, named as Lambda names it. An error that the module threw stays as it is. */
export function importFailure(thrown: unknown): unknown {
  if (!isError(thrown)) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    return new RuntimeError("Runtime.ImportModuleError", `Error: ${thrown.message}`, thrown);
  }
  if (thrown.name === "SyntaxError") {
    return new RuntimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${thrown.message}`, thrown);
  }
  return thrown;
}

function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown);
}
