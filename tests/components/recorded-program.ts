import "../short-stack-traces.ts";
import * as pulumi from "@pulumi/pulumi";
import { remoteOutputs } from "../../policies/remote-components.ts";
import { withoutStackTraces } from "../without-stack-traces.ts";

export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/**
 * Runs a piece of program under Pulumi's runtime mocks and returns the AWS resources it registered,
 * sorted by name and type.
 * Every computed output is a text that names its resource.
 */
export async function recordedProgram(declare: () => unknown, stack = "dev"): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        if (!custom) return { id: undefined, state: { ...inputs, ...remoteOutputs(type, name) } };
        recorded.push({ type, name, inputs });
        const { domainNameConfiguration } = inputs;
        const target = domainNameConfiguration && {
          domainNameConfiguration: {
            ...domainNameConfiguration,
            ...{ targetDomainName: "target.example.com", hostedZoneId: "ZTARGET" },
          },
        };
        return { id: `${name}-id`, state: { ...computed(type, name), ...inputs, ...target } };
      },
      call: ({ token }) => {
        throw new Error(`unexpected call of ${token}`);
      },
    },
    "synapse-d",
    stack,
  );
  await withoutStackTraces(async () => {
    await pulumi.runtime.runInPulumiStack(async () => {
      declare();
      return {};
    });
    await pulumi.runtime.disconnect();
  });
  const key = ({ name, type }: Recorded) => `${name} ${type}`;
  return recorded.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The one resource of that type and name; throws when there is none, or more than one. */
export function only(recorded: readonly Recorded[], type: string, name: string): Record<string, unknown> {
  const found = recorded.filter((resource) => resource.type === type && resource.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources ${type} "${name}"`);
  return found[0].inputs;
}

/** `name type` of each, sorted, for a look at the whole. */
export function inventory(recorded: readonly Recorded[]): string[] {
  return recorded.map(({ type, name }) => `${name} ${type.replace(/^aws:.*:/, "")}`).sort();
}

/** The statements of each policy of a role, by policy name. */
export function grants(recorded: readonly Recorded[], role: string): Record<string, unknown> {
  return Object.fromEntries(
    recorded
      .filter(({ type, inputs }) => type === "aws:iam/rolePolicy:RolePolicy" && inputs.role === role)
      .map(({ name, inputs }) => [name, JSON.parse(String(inputs.policy)).Statement]),
  );
}

function computed(type: string, name: string): Record<string, unknown> {
  const service = type.split(":")[1]?.split("/")[0];
  const arn = `arn:aws:${service}:us-east-1:111122223333:${name}`;
  return {
    arn,
    name,
    url: `https://sqs/${name}`,
    invokeArn: `${arn}/invocations`,
    executionArn: arn,
    apiEndpoint: `wss://${name}.example.com`,
    invokeUrl: `https://${name}.example.com/v1`,
    rootResourceId: "root",
    arnSuffix: `net/${name}/1`,
    dnsName: `${name}.elb.example.com`,
  };
}
