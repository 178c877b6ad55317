import { parseArgs } from "node:util";

export interface StartOptions {
  /** One line of JSON on stdout instead of a table. */
  readonly json: boolean;
  /** The console's port; 0 lets the system choose. */
  readonly port: number;
  /** The folder that keeps tables and queues; without it they live in memory. */
  readonly dataFolder?: string;
  /** Instances that a function may have at once. */
  readonly instances: number;
  /** Whether coturn runs too, and proofs come with credentials for it. */
  readonly turn?: true;
}

export type ParsedArguments =
  | { readonly kind: "start"; readonly options: StartOptions }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "refused"; readonly message: string };

const defaultPort = 8787;
const defaultInstances = 8;

/** The scripts of package.json that take these arguments. */
export type StartCommand = "npm start" | "npm run up:local";

const help = (
  command: StartCommand,
) => `${command} -- [--port N] [--data DIR] [--instances N] [--turn] [--json]

  --port N       Port of the console page. Default ${defaultPort}; 0 lets the system choose.
  --data DIR     Keep tables and queues in DIR across restarts.
  --instances N  Instances a function may have at once, beyond which it is throttled. Default ${defaultInstances}.
  --turn         Run a TURN relay too, which needs coturn on this machine.
  --json         Print one line of JSON when ready, instead of a table.
`;

/** Reads the arguments after `npm start --`. A refusal says which argument was wrong and what was expected. */
export function parseStartArguments(
  args: readonly string[],
  command: StartCommand = "npm start",
): ParsedArguments {
  let values: {
    json?: boolean;
    port?: string;
    data?: string;
    instances?: string;
    turn?: boolean;
    help?: boolean;
  };
  try {
    values = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean" },
        port: { type: "string" },
        data: { type: "string" },
        instances: { type: "string" },
        turn: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return { kind: "help", text: help(command) };
  const { port = String(defaultPort), data, instances = String(defaultInstances) } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return refused(`--port is "${port}"; expected a number from 0 to 65535.`);
  }
  if (!/^\d{1,4}$/.test(instances) || Number(instances) < 1 || Number(instances) > 1_000) {
    return refused(`--instances is "${instances}"; expected a number from 1 to 1000.`);
  }
  if (data === "") return refused("--data is empty; expected the path of a folder.");
  return {
    kind: "start",
    options: {
      json: values.json ?? false,
      port: Number(port),
      instances: Number(instances),
      ...(data !== undefined && { dataFolder: data }),
      ...(values.turn && { turn: true }),
    },
  };
}

function refused(message: string): ParsedArguments {
  return { kind: "refused", message };
}
