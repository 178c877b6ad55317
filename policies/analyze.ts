#!/usr/bin/env node
// `node analyze.ts [--options FILE] STATE`: asks every rule about a stack that `pulumi stack export` wrote. FILE is a
// module that exports `options`: exemptions, settings, rules that are switched on. Exits with 0 when nothing is wrong,
// 1 when a rule is broken or an exemption is stale, 2 when it cannot tell.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { exemptions } from "./exemptions.ts";
import { type JudgeOptions, judge } from "./judge.ts";
import { readState } from "./read-state.ts";
import { Stack } from "./stack.ts";

const usage = "usage: analyze [--options FILE] STATE, where STATE is what pulumi stack export wrote";

/** Why there is no judgement. */
class Refusal extends Error {}

async function main(args: readonly string[]): Promise<0 | 1> {
  const { path, optionsFile } = parsed(args);
  const stack = readState(read(path));
  if (!(stack instanceof Stack)) throw new Refusal(`${stack.code}: ${path}: ${stack.detail}`);
  const today = new Date().toISOString().slice(0, 10);
  const options = optionsFile === undefined ? { exemptions } : await optionsOf(optionsFile);
  const { violations, exempted, complaints } = judge(stack, { ...options, today });
  for (const { rule, resource, message } of violations)
    console.log(`${rule}: ${resource.name} (${resource.type}): ${message}`);
  for (const complaint of complaints) console.log(complaint);
  console.log(
    `${stack.resources.length} resources, ${violations.length} violations, ${exempted.length} exempted, ${complaints.length} complaints about exemptions`,
  );
  return violations.length + complaints.length > 0 ? 1 : 0;
}

function parsed(args: readonly string[]): { path: string; optionsFile: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { options: { type: "string" } },
      allowPositionals: true,
    });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0)
      throw new Error(`expected one file, got ${positionals.length}`);
    return { path, optionsFile: values.options };
  } catch (error) {
    throw new Refusal(`bad_arguments: ${messageOf(error)}\n${usage}`);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Refusal(`unreadable_file: ${path}: ${messageOf(error)}`);
  }
}

async function optionsOf(file: string): Promise<Omit<JudgeOptions, "today">> {
  const module: { readonly options?: Omit<JudgeOptions, "today"> } = await import(
    pathToFileURL(resolve(file)).href
  ).catch((error) => {
    throw new Refusal(`unreadable_options: ${file}: ${messageOf(error)}`);
  });
  if (!module.options) throw new Refusal(`unreadable_options: ${file}: expected an export named options`);
  return module.options;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
