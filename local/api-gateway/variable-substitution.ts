/** Named values, nested. */
export type Variables = Readonly<Record<string, unknown>>;

const reference =
  /\$(context|stageVariables)((?:\.[A-Za-z0-9_]+)+)|\$\{(context|stageVariables)((?:\.[A-Za-z0-9_]+)+)\}/g;

/**
 * Replaces each `$context.…` and `$stageVariables.…`: the simple substitution of gateway response templates, which
 * Velocity does not process
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html), and
 * of access log formats. `write` turns a value, or `undefined` for none, into text; `name` is the variable's path
 * below its root.
 */
export function substitute(
  template: string,
  variables: { readonly context: Variables; readonly stageVariables: Variables },
  write: (value: unknown, name: string) => string,
): string {
  return template.replace(reference, (_, plainRoot, plainPath, bracedRoot, bracedPath) => {
    const root: "context" | "stageVariables" = plainRoot ?? bracedRoot;
    const path: string = plainPath ?? bracedPath;
    const name = path.slice(1);
    return write(valueAt(variables[root], name.split(".")), name);
  });
}

function valueAt(variables: unknown, path: readonly string[]): unknown {
  let value = variables;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Variables)[name];
  }
  return value;
}
