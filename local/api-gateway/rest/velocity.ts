import { Compile, parse } from "velocityjs";
import { queryParameters, type ReceivedRequest } from "./received-request.ts";
import type { RequestContext } from "./request-context.ts";

export interface TemplateVariables {
  readonly request: ReceivedRequest;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: string;
  readonly context: RequestContext;
  readonly stageVariables: Readonly<Record<string, string>>;
}

export interface RenderedTemplate {
  readonly text: string;
  /** What the template set on `$context.responseOverride`. */
  readonly statusOverride: unknown;
  readonly headerOverrides: Readonly<Record<string, unknown>>;
}

/** Methods of Java's String that JavaScript's has too, with the same meaning. */
const stringMethods = new Set(
  "startsWith endsWith indexOf lastIndexOf substring concat trim toLowerCase toUpperCase".split(" "),
);
const collectionMethods = new Set("get put add remove size keySet entrySet subList".split(" "));

/** Throws an error that says why the local cloud cannot render the template. */
export function checkTemplate(template: string): void {
  parse(template);
  const unsupported = /\$!?\{?input\.(json|path)\b/.exec(template);
  if (unsupported) throw new Error(`$input.${unsupported[1]} is not supported by the local cloud`);
}

/**
 * Renders a mapping template with the variables of
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html. Throws
 * when the template fails, or calls a method that the local cloud does not have.
 */
export function renderTemplate(template: string, variables: TemplateVariables): RenderedTemplate {
  const responseOverride: { status?: unknown; readonly header: Record<string, unknown> } = { header: {} };
  const text = new Compile(parse(template), {
    customMethodHandlers: [{ uid: "unknown method", match: isUnknownMethod, resolve: refuseMethod }],
  }).render({
    context: { ...structuredClone(variables.context), responseOverride },
    input: { body: variables.body, params: parameters(variables) },
    stageVariables: { ...variables.stageVariables },
    util,
  });
  return { text, statusOverride: responseOverride.status, headerOverrides: responseOverride.header };
}

interface MethodCall {
  readonly property: string;
  readonly context: unknown;
}

/** JavaScript methods that Java lacks must not work here, and Java's that velocityjs lacks must not fail in silence. */
function isUnknownMethod({ property, context }: MethodCall): boolean {
  if (typeof context === "string") return !stringMethods.has(property);
  if (collectionMethods.has(property)) return false;
  return typeof context !== "object" || context === null || !Object.hasOwn(context, property);
}

function refuseMethod({ property }: MethodCall): never {
  throw new Error(`the method ${property} is not supported by the local cloud's Velocity`);
}

/** `$input.params()`, and `$input.params(name)`, which looks in path, query string and header, in that order. */
function parameters({ request, pathParameters }: TemplateVariables) {
  const lookup = (values: Iterable<readonly [string, string]>) => {
    const map = new Map(values);
    return { ...Object.fromEntries(map), get: (name: string) => map.get(name) };
  };
  const path = lookup(Object.entries(pathParameters));
  const querystring = lookup([...queryParameters(request)].map(([name, list]) => [name, list.at(-1) ?? ""]));
  const header = lookup(request.headers);
  return (name?: string) =>
    name === undefined
      ? { path, querystring, header }
      : (path.get(name) ?? querystring.get(name) ?? header.get(name) ?? "");
}

const util = {
  escapeJavaScript: (text: string) =>
    JSON.stringify(String(text))
      .slice(1, -1)
      .replaceAll("'", "\\'")
      .replaceAll("/", "\\/")
      .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`),
  parseJson: (text: string): unknown => JSON.parse(text),
  urlEncode: (text: string) => encodeURIComponent(text).replaceAll("%20", "+"),
  urlDecode: (text: string) => decodeURIComponent(text.replaceAll("+", " ")),
  base64Encode: (text: string) => Buffer.from(text).toString("base64"),
  base64Decode: (text: string) => Buffer.from(text, "base64").toString("utf8"),
};
