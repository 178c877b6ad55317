import { Ajv, type AnySchemaObject, type ErrorObject } from "ajv";

/** Says what is wrong with a JSON value in the words of API Gateway's validator, or `undefined` when it matches. */
export type BodyValidator = (value: unknown) => string | undefined;

type SchemaObject = Record<string, unknown>;

/** Keyword → how its value holds subschemas. Only these keywords of draft 4 are implemented. */
const keywords: Readonly<
  Record<string, "plain" | "schema" | "list" | "map" | "schema or boolean" | "items">
> = {
  title: "plain",
  description: "plain",
  default: "plain",
  type: "plain",
  enum: "plain",
  multipleOf: "plain",
  maximum: "plain",
  minimum: "plain",
  maxLength: "plain",
  minLength: "plain",
  pattern: "plain",
  maxItems: "plain",
  minItems: "plain",
  uniqueItems: "plain",
  maxProperties: "plain",
  minProperties: "plain",
  required: "plain",
  exclusiveMaximum: "plain",
  exclusiveMinimum: "plain",
  items: "items",
  additionalItems: "schema or boolean",
  additionalProperties: "schema or boolean",
  properties: "map",
  patternProperties: "map",
  allOf: "list",
  anyOf: "list",
  oneOf: "list",
  not: "schema",
};

const draft4 = "http://json-schema.org/draft-04/schema#";

/**
 * One for all: each compiles the schema of schemas anew, which took a tenth of a start. Java's validator, which API
 * Gateway's messages come from, knows no `u` flag of regular expressions.
 */
const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, unicodeRegExp: false });

/** A schema is compiled when its model is made, and again for each deployment. */
const compiled = new Map<string, BodyValidator>();
const mostCompiled = 100;

/**
 * Compiles a model's schema. API Gateway reads JSON Schema draft 4
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html). Ajv reads draft 7,
 * which differs for the keywords allowed here only in the form of `exclusiveMinimum`, `exclusiveMaximum` and of an
 * empty `required`, so a checked draft 4 schema can be rewritten as draft 7. Throws an error that says what is
 * wrong: not JSON, another draft, a keyword that draft 4 lacks (API Gateway would not enforce it), or one of
 * `$ref`, `definitions`, `dependencies`, `format` and `id`, which are not implemented.
 */
export function compileDraft4(schemaJson: string): BodyValidator {
  const known = compiled.get(schemaJson);
  if (known) return known;
  const schema = asObject(JSON.parse(schemaJson), "#");
  const { $schema, ...rest } = schema;
  if ($schema !== undefined && $schema !== draft4 && $schema !== draft4.slice(0, -1)) {
    throw new Error(`$schema is ${JSON.stringify($schema)}, expected "${draft4}"`);
  }
  const validate = ajv.compile(toDraft7(rest, "#"));
  const validator: BodyValidator = (value) =>
    validate(value) ? undefined : `[${describeAll(validate.errors ?? []).join(", ")}]`;
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(schemaJson, validator);
  return validator;
}

function toDraft7(schema: SchemaObject, at: string): AnySchemaObject {
  const result: AnySchemaObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const where = `${at}/${keyword}`;
    const convert = (subschema: unknown, name?: string) =>
      toDraft7(asObject(subschema, name === undefined ? where : `${where}/${name}`), where);
    switch (keywords[keyword]) {
      case "plain":
        result[keyword] = value;
        break;
      case "schema":
        result[keyword] = convert(value);
        break;
      case "schema or boolean":
        result[keyword] = typeof value === "boolean" ? value : convert(value);
        break;
      case "items":
        result[keyword] = Array.isArray(value)
          ? value.map((item, index) => convert(item, String(index)))
          : convert(value);
        break;
      case "list":
        if (!Array.isArray(value) || value.length === 0)
          throw new Error(`${where} must be a list of schemas`);
        result[keyword] = value.map((item, index) => convert(item, String(index)));
        break;
      case "map":
        result[keyword] = Object.fromEntries(
          Object.entries(asObject(value, where)).map(([name, item]) => [name, convert(item, name)]),
        );
        break;
      default:
        throw new Error(
          `${where}: the keyword is not in JSON Schema draft 4, or not supported by the local cloud`,
        );
    }
  }
  if (Array.isArray(schema.required) && schema.required.length === 0) {
    throw new Error(`${at}/required must not be empty`);
  }
  moveExclusive(result, "minimum", "exclusiveMinimum", at);
  moveExclusive(result, "maximum", "exclusiveMaximum", at);
  return result;
}

/** Draft 4: `{"minimum": 1, "exclusiveMinimum": true}`. Draft 7: `{"exclusiveMinimum": 1}`. */
function moveExclusive(schema: AnySchemaObject, bound: string, exclusive: string, at: string): void {
  const value: unknown = schema[exclusive];
  if (value === undefined) return;
  if (typeof value !== "boolean") throw new Error(`${at}/${exclusive} must be true or false in draft 4`);
  if (schema[bound] === undefined) throw new Error(`${at}/${exclusive} needs ${bound} in draft 4`);
  delete schema[exclusive];
  if (!value) return;
  schema[exclusive] = schema[bound];
  delete schema[bound];
}

function asObject(value: unknown, at: string): SchemaObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as SchemaObject;
  throw new Error(`${at} must be an object`);
}

/** One message a cause: missing properties of one object, and unknown ones, are told together. */
function describeAll(errors: readonly ErrorObject[]): string[] {
  const messages = new Map<string, { readonly error: ErrorObject; readonly names: string[] }>();
  for (const error of errors) {
    const grouped = error.keyword === "required" || error.keyword === "additionalProperties";
    const key = grouped
      ? `${error.instancePath} ${error.keyword}`
      : `${error.instancePath} ${error.schemaPath}`;
    const name = error.params.missingProperty ?? error.params.additionalProperty;
    const group = messages.get(key) ?? { error, names: [] };
    if (typeof name === "string") group.names.push(name);
    messages.set(key, group);
  }
  return [...messages.values()].map(({ error, names }) => describe(error, names.sort()));
}

function describe(error: ErrorObject, names: readonly string[]): string {
  const { data, params, schema } = error;
  const json = JSON.stringify;
  switch (error.keyword) {
    case "required":
      return `object has missing required properties (${json(names)})`;
    case "additionalProperties":
      return `object instance has properties which are not allowed by the schema: ${json(names)}`;
    case "type":
      return `instance type (${jsonType(data)}) does not match any allowed primitive type (allowed: ${json([schema].flat())})`;
    case "enum":
      return `instance value (${json(data)}) not found in enum (possible values: ${json(schema)})`;
    case "pattern":
      return `ECMA 262 regex ${json(schema)} does not match input string ${json(data)}`;
    case "minLength":
      return `string ${json(data)} is too short (length: ${String(data).length}, required minimum: ${params.limit})`;
    case "maxLength":
      return `string ${json(data)} is too long (length: ${String(data).length}, maximum allowed: ${params.limit})`;
    default:
      return `${error.instancePath} ${error.message ?? error.keyword}`.trim();
  }
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
