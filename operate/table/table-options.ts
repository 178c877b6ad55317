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

export interface ForgetOptions extends Common {
  readonly verb: "forget";
  /** `<tenant>#<sub>`. */
  readonly user: string;
  readonly dryRun: boolean;
}

export type TableOptions =
  | ({ readonly verb: "list" } & Common)
  | ExportOptions
  | ImportOptions
  | ForgetOptions;

export const help = [
  "npm run table -- list|export|import|forget [options]",
  "",
  "  list     The tables of the stack, their names on AWS, and the times that each can be restored to.",
  "  export   Every row of a table into a new file, a line each. Cut off, it goes on when it is run again.",
  "  import   Those rows into a table. A row that is there already stays as it is.",
  "  forget   Removes the rows that are kept about a user who has no access any more.",
  "",
  ...targetHelp,
  "  --table NAME    The table by its name in index.ts, such as customers.",
  "  --file PATH     Lines of DynamoDB's JSON, as an export to S3 has them; compressed where it ends with .gz.",
  "  --replace-older With import: a row that is there gives way to one with a greater `version`.",
  "  --user USER     With forget: <tenant>#<sub>, as in the table customers.",
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
    user: { type: "string" },
    "dry-run": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  const [verb, ...more] = positionals;
  if (values.help || (verb === undefined && args.length === 0)) return undefined;
  if (verb !== "list" && verb !== "export" && verb !== "import" && verb !== "forget") {
    throw new OperateError(`"${verb ?? ""}" is no command; expected list, export, import or forget`);
  }
  if (more.length > 0) throw new OperateError(`"${more[0]}" is too much`);
  const only = (option: Exclude<keyof typeof values, "help" | "stack" | "local">, verbs: string) => {
    if (values[option] !== undefined) throw new OperateError(`--${option} is for ${verbs}`);
  };
  const target = targetOf(values);
  if (verb === "list" || verb === "forget") {
    only("table", "export and import");
    only("file", "export and import");
  }
  if (verb === "list") only("dry-run", "export, import and forget");
  if (verb !== "forget") only("user", "forget");
  if (verb !== "import") {
    only("replace-older", "import");
    only("from-line", "import");
  }
  if (verb === "list") return { verb, target };
  const dryRun = values["dry-run"] === true;
  if (verb === "forget") {
    const { user } = values;
    if (!user || !/^[^#]+#./.test(user)) throw new OperateError("forget needs --user TENANT#SUB");
    return { verb, target, user, dryRun };
  }
  const { table, file } = values;
  if (!table || !file) throw new OperateError(`${verb} needs --table NAME and --file PATH`);
  const common = { target, table, file, dryRun };
  if (verb === "export") return { verb, ...common };
  const fromLine = values["from-line"] ?? "1";
  if (!/^[1-9]\d{0,9}$/.test(fromLine)) {
    throw new OperateError(`--from-line is "${fromLine}"; expected a whole number from 1 on`);
  }
  return { verb, ...common, replaceOlder: values["replace-older"] === true, fromLine: Number(fromLine) };
}
