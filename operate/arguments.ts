import { type ParseArgsConfig, parseArgs } from "node:util";
import { OperateError } from "./operate-error.ts";
import type { Target } from "./stack.ts";

/** Options by which every command is told which stack it is for. */
export const targetOptions = {
  stack: { type: "string" },
  local: { type: "string" },
} as const satisfies ParseArgsConfig["options"];

export const targetHelp = [
  "  --stack NAME    A deployed stack, by its outputs, with your AWS credentials.",
  "  --local URL     A running `npm start`: its `control` URL, as it prints it.",
];

/** Like `parseArgs`, strictly; refuses with an OperateError. */
export function readArguments<Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new OperateError(error instanceof Error ? error.message : String(error));
  }
}

/** The stack that the options name. Refuses none, and two. */
export function targetOf({ stack, local }: { readonly stack?: string; readonly local?: string }): Target {
  if (stack !== undefined && local === undefined) return { kind: "deployed", stack };
  if (local !== undefined && stack === undefined) return { kind: "local", control: local };
  throw new OperateError("expected one of --stack NAME and --local URL");
}
