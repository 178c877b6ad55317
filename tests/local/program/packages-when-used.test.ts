import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const program = `
  await import("./local/program/packages-when-used.ts");
  const { automation } = await import("@pulumi/pulumi");
  const { createRequire } = await import("node:module");
  const require = createRequire(process.cwd() + "/node_modules/@pulumi/pulumi/");
  const loaded = (name) => Object.keys(require.cache).filter((path) => path.includes("/node_modules/" + name)).length > 9;
  const before = loaded("@grpc/grpc-js");
  const { status } = require("@grpc/grpc-js");
  const name = automation.fullyQualifiedStackName("org", "project", "stack");
  const { satisfies } = require("semver");
  const after = loaded("@grpc/grpc-js");
  console.log(JSON.stringify([before, after, status.UNAVAILABLE, name, satisfies("1.2.3", "^1.0.0")]));
`;

test("Pulumi comes without what closures, automation and gRPC need, and each is whole when it is asked for", () => {
  const printed = execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", program], {
    cwd: join(import.meta.dirname, "..", "..", ".."),
    encoding: "utf8",
  });
  expect(JSON.parse(printed)).toEqual([false, true, 14, "org/project/stack", true]);
});
