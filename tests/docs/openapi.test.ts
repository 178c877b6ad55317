import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { openApiFile, openApiText } from "../../docs/openapi.ts";
import { problems, webhookProblems } from "../../functions/billing/callers/problems.ts";
import { declaredProgram } from "./declared-program.ts";

type Inputs = Readonly<Record<string, string>> & {
  readonly requestModels?: Readonly<Record<string, string>>;
};

interface Answer {
  readonly $ref?: string;
  readonly content: Readonly<
    Record<string, { schema: { properties: { code: { enum: readonly string[] } } } }>
  >;
}

interface Operation {
  readonly requestBody?: {
    readonly content: {
      readonly "application/json": {
        readonly schema: { readonly $ref: string };
        readonly examples: Readonly<Record<string, { readonly value: object }>>;
      };
    };
  };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Answer>> };
}

const text = readFileSync(openApiFile, "utf8");
const document: Document = parse(text);
const routes = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    path,
    method,
    operation,
  })),
);

const lint = async (source: string) => {
  const config = await createConfig({
    extends: ["recommended"],
    rules: {
      // Stripe and anybody call without a token.
      "security-defined": "off",
      // An event of Stripe's has more than we ask of it.
      "no-invalid-media-type-examples": { severity: "error", allowAdditionalProperties: true },
    },
  });
  const found = await lintFromString({ source, absoluteRef: openApiFile, config });
  return found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
};

test("docs/openapi.yaml is what `node docs/openapi.ts` writes", () => {
  expect(text).toBe(openApiText());
});

test("it is a valid OpenAPI 3.1 document without a complaint of the linter", async () => {
  expect(await lint(text)).toEqual([]);
  expect(await lint(text.replace("operationId: listPlans", "operationId: issueProof"))).toEqual([
    expect.stringContaining("operation-operationId-unique"),
  ]);
});

test("its paths, methods and models are those that the program declares", async () => {
  const declared = await declaredProgram("prod");
  const inputsOf = (type: string) =>
    declared.filter((each) => each.type === type).map(({ inputs }) => inputs as Inputs);
  const parents = new Map(
    declared
      .filter(({ type }) => type === "aws:apigateway/resource:Resource")
      .map(({ name, inputs }) => [name, inputs as Inputs]),
  );
  const pathOf = (id: string): string => {
    const resource = parents.get(id);
    return resource ? `${pathOf(resource.parentId ?? "")}/${resource.pathPart}` : "";
  };
  const methods = inputsOf("aws:apigateway/method:Method")
    .filter(({ httpMethod }) => httpMethod !== "OPTIONS")
    .map(({ httpMethod, resourceId, requestModels }) => [
      httpMethod,
      pathOf(resourceId ?? ""),
      requestModels?.["application/json"],
    ]);
  const documented = routes.map(({ path, method, operation }) => [
    method.toUpperCase(),
    path,
    operation.requestBody?.content["application/json"].schema.$ref?.split("/").at(-1),
  ]);
  expect(documented.sort()).toEqual(methods.sort());
});

test("it names every code with which a function refuses, under its status", () => {
  const answers = routes.flatMap(({ operation }) => Object.entries(operation.responses));
  const told = answers.flatMap(([status, answer]) => {
    const { content } = document.components.responses[answer.$ref?.split("/").at(-1) ?? ""] ?? answer;
    const codes = content["application/problem+json"]?.schema.properties.code.enum ?? [];
    return codes.map((code) => `${status} ${code}`);
  });
  const known = Object.entries({ ...problems, ...webhookProblems });
  expect(known.map(([code, { status }]) => `${status} ${code}`).filter((one) => !told.includes(one))).toEqual(
    [],
  );
});

describe.each(
  routes.flatMap(({ path, operation }) => {
    const json = operation.requestBody?.content["application/json"];
    return Object.entries(json?.examples ?? {}).map(([name, { value }]) => ({
      path,
      name,
      schema: json?.schema.$ref ?? "",
      value,
    }));
  }),
)("the example $name of $path", ({ schema, value }) => {
  test("fits its schema", () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(document, "document");
    const fits = ajv.compile({ $ref: `document${schema}` });
    expect([fits(value), fits.errors]).toEqual([true, null]);
    expect(fits([value])).toBe(false);
  });
});
