import { readArguments, targetHelp, targetOf, targetOptions } from "../arguments.ts";
import { OperateError } from "../operate-error.ts";
import type { Target } from "../stack.ts";

interface Common {
  readonly target: Target;
}

export interface ExportOptions extends Common {
  readonly verb: "export";
  /** By its name in index.ts. */
  readonly table: string;
  readonly file: string;
  readonly dryRun: boolean;
}

export interface ImportOptions extends Omit<ExportOptions, "verb"> {
  readonly verb: "import";
  readonly replaceOlder: boolean;
  /** The first line that is read is 1. */
  readonly fromLine: number;
}

export type TableOptions = ({ readonly verb: "list" } & Common) | ExportOptions | ImportOptions;

export const help = [
  "npm run table -- list|export|import [options]",
  "",
  "  list     The tables of the stack, their names on AWS, and the times that each can be restored to.",
  "  export   Every row of a table into a new file, a line each. Cut off, it goes on when it is run again.",
  "  import   Those rows into a table. A row that is there already stays as it is.",
  "",
  ...targetHelp,
  "  --table NAME    The table by its name in index.ts, such as customers.",
  "  --file PATH     Lines of DynamoDB's JSON, as an export to S3 has them; compressed where it ends with .gz.",
  "  --replace-older With import: a row that is there gives way to one with a greater `version`.",
  "  --from-line N   With import: the lines before are not read.",
  "  --dry-run       Says what would be done, and writes nothing.",
];

/** Undefined when help was asked for. Throws OperateError. */
export function readTableArguments(args: readonly string[]): TableOptions | undefined {
  const { values, positionals } = readArguments(args, {
    ...targetOptions,
    table: { type: "string" },
    file: { type: "string" },
    "replace-older": { type: "boolean" },
    "from-line": { type: "string" },
    "dry-run": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  const [verb, ...more] = positionals;
  if (values.help || (verb === undefined && args.length === 0)) return undefined;
  if (verb !== "list" && verb !== "export" && verb !== "import") {
    throw new OperateError(`"${verb ?? ""}" is no command; expected list, export or import`);
  }
  if (more.length > 0) throw new OperateError(`"${more[0]}" is too much`);
  const only = (option: "table" | "file" | "dry-run" | "replace-older" | "from-line", verbs: string) => {
    if (values[option] !== undefined) throw new OperateError(`--${option} is for ${verbs}`);
  };
  const target = targetOf(values);
  if (verb === "list") {
    only("table", "export and import");
    only("file", "export and import");
    only("dry-run", "export and import");
  }
  if (verb !== "import") {
    only("replace-older", "import");
    only("from-line", "import");
  }
  if (verb === "list") return { verb, target };
  const { table, file } = values;
  if (!table || !file) throw new OperateError(`${verb} needs --table NAME and --file PATH`);
  const common = { target, table, file, dryRun: values["dry-run"] === true };
  if (verb === "export") return { verb, ...common };
  const fromLine = values["from-line"] ?? "1";
  if (!/^[1-9]\d{0,9}$/.test(fromLine)) {
    throw new OperateError(`--from-line is "${fromLine}"; expected a whole number from 1 on`);
  }
  return { verb, ...common, replaceOlder: values["replace-older"] === true, fromLine: Number(fromLine) };
}
