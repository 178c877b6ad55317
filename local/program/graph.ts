// `npm run graph`: prints what index.ts declares, as a tree, without creating anything.
import { localArn } from "../account.ts";
import type { ResourceRequest } from "../resources/resource-handler.ts";
import { evaluateProgram } from "./evaluate-program.ts";
import type { RegisteredResource } from "./messages.ts";
import { projectName, stackConfiguration } from "./stack-configuration.ts";

/** Stand-ins for what AWS would compute; nothing is created. */
function placeholder({ name }: ResourceRequest) {
  const arn = localArn("graph", name);
  const outputs = {
    arn,
    executionArn: arn,
    invokeArn: arn,
    name,
    url: `https://${name}`,
    apiEndpoint: `wss://${name}`,
    invokeUrl: `https://${name}`,
    rootResourceId: "root",
  };
  return Promise.resolve({ id: name, outputs });
}

function printTree(
  resources: readonly RegisteredResource[],
  parent: string | undefined,
  indent: string,
): void {
  const children = resources.filter((resource) => resource.parent === parent);
  children.forEach(({ type, name }, index) => {
    const last = index === children.length - 1;
    const branch = parent === undefined ? "" : last ? "└─ " : "├─ ";
    console.log(`${indent}${branch}${name}  ${type.replace("synapse-d:components:", "")}`);
    printTree(
      resources,
      `${type}::${name}`,
      parent === undefined ? indent : `${indent}${last ? "   " : "│  "}`,
    );
  });
}

const stack = process.argv[2] ?? "dev";
const { resources } = await evaluateProgram({
  project: projectName(),
  stack,
  config: stackConfiguration(stack),
  create: placeholder,
});
printTree(resources, undefined, "");
const custom = resources.filter(({ type }) => !type.startsWith("synapse-d:"));
console.log(`\n${custom.length} AWS resources in stack ${stack}`);
