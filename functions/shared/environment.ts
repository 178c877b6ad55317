import { Failure } from "./failure.ts";

/**
 * Reads every variable that a function's `Environment` declares. `required` must have a value; `empty`
 * must be declared but may be the empty string. Throws Failure `environment_invalid` that names the
 * first variable at fault, never its value.
 */
export function readEnvironment<Environment>(
  expected: { readonly [Name in keyof Environment]: "required" | "empty" },
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  for (const [name, expectation] of Object.entries(expected)) {
    const value = variables[name];
    if (value === undefined || (value === "" && expectation === "required")) {
      throw new Failure("environment_invalid", `environment variable ${name} is missing`);
    }
  }
  return Object.fromEntries(Object.keys(expected).map((name) => [name, variables[name]])) as Environment;
}

/** Composes on the first call and keeps the result; when composing throws, the next call tries again. */
export function onFirstCall<Arguments extends unknown[], Result>(
  compose: () => (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  let composed: ((...args: Arguments) => Promise<Result>) | undefined;
  return async (...args) => {
    composed ??= compose();
    return composed(...args);
  };
}
