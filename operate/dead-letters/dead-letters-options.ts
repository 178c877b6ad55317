import { readArguments, targetHelp, targetOf, targetOptions } from "../arguments.ts";
import { OperateError } from "../operate-error.ts";
import type { Target } from "../stack.ts";

export interface DeadLettersOptions {
  readonly verb: "list" | "show" | "redrive";
  readonly target:
    | Target
    /** A queue of dead letters anywhere. */
    | { readonly kind: "queue"; readonly url: string; readonly endpoint?: string };
  /** The queue that the letters came from, by its name in index.ts; undefined: the only one, or all for `list`. */
  readonly queue?: string;
  /** Only these messages. */
  readonly messages: ReadonlySet<string>;
  readonly most: number;
  readonly dryRun: boolean;
}

export const help = [
  "npm run dead-letters -- list|show|redrive [options]",
  "",
  "  list     How many dead letters each queue has.",
  "  show     Whom and what they are about, without what they say. They stay where they are.",
  "  redrive  Sends them to the queue that they came from, in their order, and removes them.",
  "",
  ...targetHelp,
  "  --queue-url URL A queue of dead letters by its URL, in place of a stack. --endpoint URL for another SQS.",
  "  --queue NAME    The queue whose dead letters are meant, such as billing-events.",
  "  --message ID    Only this one; may be repeated.",
  "  --most N        At most so many, 1 to 10000. Default 100 for show, 10000 for redrive.",
  "  --dry-run       With redrive: says what would be sent, and sends nothing.",
];

/** Undefined when help was asked for. Throws OperateError. */
export function readDeadLettersArguments(args: readonly string[]): DeadLettersOptions | undefined {
  const { values, positionals } = readArguments(args, {
    ...targetOptions,
    "queue-url": { type: "string" },
    endpoint: { type: "string" },
    queue: { type: "string" },
    message: { type: "string", multiple: true },
    most: { type: "string" },
    "dry-run": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  const [verb, ...more] = positionals;
  if (values.help || (verb === undefined && args.length === 0)) return undefined;
  if (verb !== "list" && verb !== "show" && verb !== "redrive") {
    throw new OperateError(`"${verb ?? ""}" is no command; expected list, show or redrive`);
  }
  if (more.length > 0) throw new OperateError(`"${more[0]}" is too much`);
  if (values["dry-run"] && verb !== "redrive") throw new OperateError("--dry-run is for redrive");
  const url = values["queue-url"];
  const endpoint = values.endpoint;
  if (url !== undefined && (values.stack ?? values.local ?? values.queue) !== undefined) {
    throw new OperateError("--queue-url stands alone: it is for no stack and no --queue");
  }
  if (endpoint !== undefined && url === undefined) throw new OperateError("--endpoint is for --queue-url");
  const most = values.most ?? (verb === "redrive" ? "10000" : "100");
  if (!/^\d{1,5}$/.test(most) || Number(most) < 1 || Number(most) > 10_000) {
    throw new OperateError(`--most is "${most}"; expected a whole number from 1 to 10000`);
  }
  return {
    verb,
    target: url === undefined ? targetOf(values) : { kind: "queue", url, ...(endpoint && { endpoint }) },
    ...(values.queue !== undefined && { queue: values.queue }),
    messages: new Set(values.message),
    most: Number(most),
    dryRun: values["dry-run"] === true,
  };
}
