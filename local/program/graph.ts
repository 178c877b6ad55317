// `npm run graph`: prints what index.ts declares, as a tree, without creating anything. `--json` prints all of it,
// `--urns` the names by which Pulumi knows each resource.
import { parseArgs } from "node:util";
import { type GraphResource, programGraph } from "./program-graph.ts";

function printTree(resources: readonly GraphResource[], parent: string | undefined, indent: string): void {
  const children = resources.filter((resource) => resource.parent === parent);
  children.forEach(({ urn, type, name }, index) => {
    const last = index === children.length - 1;
    const branch = parent === undefined ? "" : last ? "└─ " : "├─ ";
    console.log(`${indent}${branch}${name}  ${type.replace("synapse-d:components:", "")}`);
    printTree(resources, urn, parent === undefined ? indent : `${indent}${last ? "   " : "│  "}`);
  });
}

async function print(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { stack: { type: "string" }, json: { type: "boolean" }, urns: { type: "boolean" } },
    allowPositionals: true,
  });
  const stack = values.stack ?? positionals[0] ?? "dev";
  const graph = await programGraph(stack);
  if (values.json) return console.log(JSON.stringify(graph, null, 2));
  if (values.urns) return console.log(graph.resources.map(({ urn }) => urn).join("\n"));
  printTree(graph.resources, undefined, "");
  const custom = graph.resources.filter(({ type }) => !type.startsWith("synapse-d:"));
  console.log(`\n${custom.length} AWS resources in stack ${stack}`);
}

print().catch((error: unknown) => {
  process.stderr.write(`graph: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
