// `node analyze.ts state.json`: asks every rule about a stack that `pulumi stack export` wrote. Exits with 0 when
// nothing is wrong, 1 when a rule is broken or an exemption is stale, 2 when the file cannot be read.
import { readFileSync } from "node:fs";
import { exemptions } from "./exemptions.ts";
import { judge } from "./judge.ts";
import { readState } from "./read-state.ts";
import { Stack } from "./stack.ts";

function main(paths: readonly string[]): 0 | 1 | 2 {
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0) {
    console.error("usage: node policies/analyze.ts FILE, with what pulumi stack export wrote");
    return 2;
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    console.error(`unreadable_file: ${path}: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
  const stack = readState(text);
  if (!(stack instanceof Stack)) {
    console.error(`${stack.code}: ${path}: ${stack.detail}`);
    return 2;
  }
  const today = new Date().toISOString().slice(0, 10);
  const { violations, exempted, complaints } = judge(stack, { exemptions, today });
  for (const { rule, resource, message } of violations)
    console.log(`${rule}: ${resource.name} (${resource.type}): ${message}`);
  for (const complaint of complaints) console.log(complaint);
  console.log(
    `${stack.resources.length} resources, ${violations.length} violations, ${exempted.length} exempted, ${complaints.length} complaints about exemptions`,
  );
  return violations.length + complaints.length > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
