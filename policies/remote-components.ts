/**
 * Stand-ins for what a component of another language computes, by its type. A provider's plugin makes its children, so
 * without an engine there are none (https://github.com/pulumi/pulumi/issues/12553).
 */
export function remoteOutputs(type: string, name: string): Readonly<Record<string, unknown>> {
  return type === "awsx:ec2:Vpc"
    ? {
        vpcId: `${name}-vpc`,
        publicSubnetIds: [`${name}-public-1`, `${name}-public-2`],
        privateSubnetIds: [`${name}-private-1`, `${name}-private-2`],
        isolatedSubnetIds: [`${name}-isolated-1`, `${name}-isolated-2`],
      }
    : {};
}
