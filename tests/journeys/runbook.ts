import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { deadLetters } from "../../operate/dead-letters/dead-letters.ts";
import { replay } from "../../operate/replay/replay.ts";
import { type Command, exitCodeOf } from "../../operate/run-command.ts";
import { stripeSetup } from "../../operate/stripe-setup/stripe-setup.ts";
import { table } from "../../operate/table/table.ts";
import { textOf } from "../docs/document.ts";
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

function shell(command: string): Promise<Ran> {
  const child = spawn("sh", ["-c", command], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) =>
    child.on("close", (code) => resolve({ code, lines: stdout.trimEnd().split("\n"), stderr })),
  );
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
