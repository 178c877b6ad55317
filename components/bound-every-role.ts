import * as pulumi from "@pulumi/pulumi";

/** Gives every role that the program declares from now on the permissions boundary with that ARN. */
export function boundEveryRole(permissionsBoundary: string): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === "aws:iam/role:Role" ? { props: { ...props, permissionsBoundary }, opts } : undefined,
  );
}
