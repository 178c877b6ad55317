import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { evaluateProgram } from "../../../local/program/evaluate-program.ts";
import type { ResourceRequest } from "../../../local/resources/resource-handler.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "synapse-d-program-"));
  symlinkSync(join(import.meta.dirname, "..", "..", "..", "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true }));

function evaluate(source: string, create = created) {
  const program = join(folder, `program-${++programs}.ts`);
  writeFileSync(program, source);
  return evaluateProgram({
    program,
    project: "synapse-d",
    stack: "local",
    config: { "synapse-d:greeting": "hello" },
    create,
  });
}

let programs = 0;
const created = async ({ name }: ResourceRequest) => ({ id: `${name}-id`, outputs: { arn: `arn:${name}` } });

const preamble = `
  import * as pulumi from "@pulumi/pulumi";
  class Thing extends pulumi.CustomResource {
    declare readonly arn: pulumi.Output<string>;
    constructor(name: string, inputs: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
      super("aws:test/thing:Thing", name, { arn: undefined, ...inputs }, options);
    }
  }
`;

test("a resource is made after those it depends on, with their real outputs", async () => {
  const requests: ResourceRequest[] = [];
  const { outputs } = await evaluate(
    `${preamble}
    const first = new Thing("first", { greeting: new pulumi.Config().require("greeting") });
    export const arn = new Thing("second", { of: first.arn }).arn;`,
    async (request) => {
      requests.push(request);
      return created(request);
    },
  );
  expect(requests).toMatchObject([
    { type: "aws:test/thing:Thing", name: "first", inputs: { greeting: "hello" } },
    { name: "second", inputs: { of: "arn:first" } },
  ]);
  expect(outputs).toEqual({ arn: "arn:second" });
});

test("an embedded archive arrives as file name and text", async () => {
  let inputs: unknown;
  await evaluate(
    `${preamble}
    const code = new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset("export {}") });
    new Thing("packed", { code });`,
    async (request) => {
      inputs = request.inputs;
      return created(request);
    },
  );
  expect(inputs).toMatchObject({ code: { "index.mjs": "export {}" } });
});

test("the graph says which component contains what", async () => {
  const { resources } = await evaluate(
    `${preamble}
    const box = new pulumi.ComponentResource("synapse-d:components:Box", "box");
    new Thing("inside", {}, { parent: box });
    new Thing("outside", {});`,
  );
  expect(resources).toEqual([
    { type: "synapse-d:components:Box", name: "box" },
    { type: "aws:test/thing:Thing", name: "inside", parent: "synapse-d:components:Box::box" },
    { type: "aws:test/thing:Thing", name: "outside" },
  ]);
});

test.each([
  ["throws", `throw new Error("no such stack");`, "no such stack"],
  ["does not parse", "const = 1;", "Unexpected token"],
  ["imports what is not there", `import "./nothing.ts";`, "nothing.ts"],
  ["rejects later", `Promise.reject(new Error("later"));`, "later"],
  ["exits", "process.exit(3);", "The program ended early (exit code 3)."],
])("a program that %s is refused with its own error", async (_, source, message) => {
  await expect(evaluate(source)).rejects.toThrow(message);
});

test("a resource that cannot be made ends the evaluation with its error", async () => {
  const refuse = async () => {
    throw new Error("aws:test/thing:Thing is not implemented");
  };
  await expect(evaluate(`${preamble} new Thing("one", {});`, refuse)).rejects.toThrow("is not implemented");
});

test("a file on disk is not deployed, since everything is embedded", async () => {
  const source = `${preamble} new Thing("packed", { code: new pulumi.asset.FileAsset("package.json") });`;
  await expect(evaluate(source)).rejects.toThrow("Only StringAsset and AssetArchive");
});
