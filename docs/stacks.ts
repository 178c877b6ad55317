// Writes docs/stacks.md, what tells dev from prod: `node docs/stacks.ts`. A test compares.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackDifferences } from "../components/stack-differences.ts";
import { stackSettings } from "../local/program/stack-configuration.ts";

export const stacksFile = join(import.meta.dirname, "stacks.md");

export interface StackDifference {
  readonly key: string;
  /** As JSON; undefined where the file does not say it. */
  readonly dev: string | undefined;
  readonly prod: string | undefined;
  /** Undefined for a difference that nobody has explained. */
  readonly reason: string | undefined;
}

/** `namespace:key.member` → value as JSON. */
function flattened(value: unknown, path: string): (readonly [string, string])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [[path, JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([name, member]) => flattened(member, `${path}.${name}`));
}

const settingsOf = (stack: string): ReadonlyMap<string, string> =>
  new Map(Object.entries(stackSettings(stack)).flatMap(([key, value]) => flattened(value, key)));

/** Each key whose value differs, in the order of the files. */
export function differences(): StackDifference[] {
  const [dev, prod] = [settingsOf("dev"), settingsOf("prod")];
  const keys = [...new Set([...dev.keys(), ...prod.keys()])].filter((key) => dev.get(key) !== prod.get(key));
  return keys.map((key) => {
    const [, reason] =
      Object.entries(stackDifferences).find(([path]) => key === path || key.startsWith(`${path}.`)) ?? [];
    return { key, dev: dev.get(key), prod: prod.get(key), reason };
  });
}

/** The document. */
export function stacksDocument(): string {
  const cell = (value: string | undefined) => (value === undefined ? "" : `\`${value}\``);
  const rows = differences().map(
    ({ key, dev, prod, reason = "" }) => `| \`${key}\` | ${cell(dev)} | ${cell(prod)} | ${reason} |`,
  );
  return `# What tells dev from prod

Made of \`Pulumi.dev.yaml\` and \`Pulumi.prod.yaml\` by \`node docs/stacks.ts\`; the reasons are in
\`components/stack-differences.ts\`. What is not listed is the same in both. [Every key](deployment.md#configuration-keys).

| Key | dev | prod | Why |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

if (import.meta.main) writeFileSync(stacksFile, stacksDocument());
