import { evaluateProgram } from "../../local/program/evaluate-program.ts";
import { projectName, stackConfiguration } from "../../local/program/stack-configuration.ts";
import type { ResourceRequest } from "../../local/resources/resource-handler.ts";

const known = new Map<string, Promise<readonly ResourceRequest[]>>();

/**
 * What `index.ts` declares as a stack, evaluated once in a test file. Nothing is created: each computed output names its
 * resource.
 */
export function declaredProgram(stack = "dev"): Promise<readonly ResourceRequest[]> {
  const declared = known.get(stack) ?? declare(stack);
  known.set(stack, declared);
  return declared;
}

async function declare(stack: string): Promise<readonly ResourceRequest[]> {
  const requests: ResourceRequest[] = [];
  await evaluateProgram({
    project: projectName(),
    stack,
    config: stackConfiguration(stack),
    create: async (request) => {
      requests.push(request);
      const { name } = request;
      const arn = `arn:aws:any:us-east-1:111122223333:${name}`;
      const url = `https://${name}.example.com`;
      const outputs = {
        ...{ arn, executionArn: arn, invokeArn: arn, name, url, invokeUrl: url, rootResourceId: "root" },
        apiEndpoint: `wss://${name}.example.com`,
        // What the program declares stands, as for a log group's name.
        ...(typeof request.inputs.name === "string" && { name: request.inputs.name }),
      };
      return { id: name, outputs };
    },
  });
  return requests;
}
