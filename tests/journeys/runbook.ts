import { join } from "node:path";
import { expect } from "@jest/globals";
import { deadLetters } from "../../operate/dead-letters/dead-letters.ts";
import { replay } from "../../operate/replay/replay.ts";
import { type Command, exitCodeOf } from "../../operate/run-command.ts";
import { stripeSetup } from "../../operate/stripe-setup/stripe-setup.ts";
import { table } from "../../operate/table/table.ts";
import { textOf } from "../docs/document.ts";
import { runToEnd } from "./run-to-end.ts";
import type { Ready } from "./running-program.ts";

const root = join(import.meta.dirname, "..", "..");

export interface Ran {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/**
 * The commands of a runbook's `sh` blocks, for the local stack in place of prod. The first that is run is typed into a
 * shell; the others differ from it in their arguments alone, and run in this process.
 */
export function runbook(
  page: string,
  ready: Ready,
  replace: (command: string) => string = (same) => same,
): (() => Promise<Ran>)[] {
  const commands = [...textOf(`docs/runbooks/${page}.md`).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(
    ([, block = ""]) => block.trim().split("\n"),
  );
  expect(commands.filter((command) => !command.includes("--stack prod"))).toEqual([]);
  let isFirst = true;
  return commands.map((command) => () => {
    const line = replace(command.replace("--stack prod", `--local ${ready.control}`));
    const run = isFirst ? shell : inProcess;
    isFirst = false;
    return run(line);
  });
}

async function shell(command: string): Promise<Ran> {
  const { code, stdout, stderr } = await runToEnd(["sh", "-c", command], root);
  return { code, lines: stdout.trimEnd().split("\n"), stderr };
}

const npmScripts: Readonly<Record<string, Command>> = {
  "dead-letters": deadLetters,
  replay,
  "stripe:setup": stripeSetup,
  table,
};

/** What `npm run --silent NAME -- …` runs. A word may stand in single quotes, and nothing else is special. */
export async function inProcess(command: string): Promise<Ran> {
  const words = command.match(/'[^']*'|\S+/g)?.map((word) => word.replace(/^'(.*)'$/, "$1")) ?? [];
  const [npm, run, silent, name = "", end, ...args] = words;
  expect([npm, run, silent, end]).toEqual(["npm", "run", "--silent", "--"]);
  const npmScript = npmScripts[name];
  if (!npmScript) throw new Error(`${name} is no command of operate/`);
  const lines: string[] = [];
  const complaints: string[] = [];
  const terminal = {
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void complaints.push(`${line}\n`),
  };
  const code = await exitCodeOf(name, npmScript, args, terminal);
  return { code, lines, stderr: complaints.join("") };
}
